import pytest

from denoising.config.transfers import SAME, transfers

LEVEL, SPECKLE = '{"kind": "gaussian", "level": 0.5}', '{"kind": "speckle"}'


def settings(dataset="mnist", noise=None, model=None, method="autoencoder"):
    found = {"data": {"dataset": dataset}, "noise": noise or {"level": 0.5, "kind": "gaussian"}}
    return {**found, "method": {"name": method}, **({"model": model} if model else {})}


DIGITS, CLOTHES = settings(), settings("clothes")


def test_a_matrix_of_data_sets():
    """Models that are tried on several are rows; what was fitted to each alone shares a row."""
    found = transfers(
        {"data": {"experiments": ["digits", "clothes", "moved", "d-linear", "c-linear"]}},
        {
            "digits": DIGITS,
            "clothes": CLOTHES,
            "moved": settings("clothes", model=DIGITS, method="pretrained"),
            "d-linear": settings(method="linear-map"),
            "c-linear": settings("clothes", method="linear-map"),
        },
    )
    cells = {name: tuple(one.values()) for name, one in found["data"]["members"].items()}
    assert cells == {
        "digits": ("autoencoder", "mnist", "mnist"),
        "clothes": ("autoencoder", SAME, "clothes"),
        "moved": ("autoencoder", "mnist", "clothes"),
        "d-linear": ("linear-map", SAME, "mnist"),
        "c-linear": ("linear-map", SAME, "clothes"),
    }


def test_a_matrix_of_noises_names_the_noise_alone():
    moved = settings(noise={"kind": "speckle"}, model=DIGITS, method="pretrained")
    own = settings(noise={"kind": "speckle"})
    found = transfers({"n": {"experiments": ["moved", "own"]}}, {"moved": moved, "own": own})
    assert found["n"]["members"]["moved"] == {
        "method": "autoencoder",
        "trained": LEVEL,
        "tested": SPECKLE,
    }
    assert found["n"]["members"]["own"]["trained"] == SAME


@pytest.mark.parametrize("levels", [0, 9])
def test_no_matrix_of_models_at_home_or_of_too_many_conditions(levels):
    moved = {
        f"at-{n}": settings(
            noise={"kind": "gaussian", "level": n}, model=DIGITS, method="pretrained"
        )
        for n in range(levels)
    }
    own = {"digits": DIGITS, **moved}
    assert transfers({"s": {"experiments": list(own)}}, own) == {}
