import pandas as pd
import pytest

from denoising.evidence.transfer import homes, transfers_table

ABOUT = {"method": "autoencoder", "trained": "mnist", "tested": "clothes"}


def test_a_cell_is_the_median_over_completed_runs():
    runs = pd.DataFrame(
        {
            "experiment": ["moved", "moved", "moved", "other"], "seed": [0, 1, 2, 0],
            "status": ["completed", "completed", "diverged", "completed"],
            "relative_error": [0.4, 0.6, None, 0.1], "relative_error_noisy": [0.9, 0.9, 0.9, 1.0],
        }
    )  # fmt: skip
    found = transfers_table(runs, {"data": {"members": {"moved": ABOUT, "missing": ABOUT}}})
    assert found["experiment"].to_list() == ["moved", "missing"]
    assert found.loc[0, ["study", "runs", "error", "noisy"]].to_list() == ["data", 2, 0.5, 0.9]
    assert pd.isna(found.loc[0, "low"])  # of two
    assert found.loc[1, "runs"] == 0 and pd.isna(found.loc[1, "error"])
    assert found.loc[0, "tested"] == "clothes"
    assert found.loc[0, "error"] == pytest.approx(0.5)


def errors(**experiments):
    """Runs that all completed: experiment → its error by seed."""
    rows = [
        {"experiment": name, "seed": seed, "status": "completed", "relative_error": error,
         "relative_error_noisy": 1.0}
        for name, values in experiments.items() for seed, error in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def cell(trained, tested, method="autoencoder"):
    return {"method": method, "trained": trained, "tested": tested}


def test_a_stranger_is_held_against_who_is_at_home_there():
    members = {
        "digits": cell("mnist", "mnist"),
        "clothes": cell("clothes", "clothes"),
        "moved": cell("mnist", "clothes"),
        "back": cell("clothes", "mnist"),
        "linear": cell("same", "clothes", "linear-map"),
    }
    assert homes(members) == {"moved": "clothes", "back": "digits"}
    runs = errors(
        digits=[0.3] * 6, clothes=[0.2, 0.2, 0.2, 0.2, 0.2, 0.5], linear=[0.1] * 6,
        moved=[0.3, 0.4, 0.5, 0.3, 0.4, 0.49], back=[0.6, 0.5, 0.4, 0.5, 0.6, 0.7],
    )  # fmt: skip
    found = transfers_table(runs, {"data": {"members": members}}).set_index("experiment")
    moved = found.loc["moved"]
    assert moved["home"] == "clothes" and moved[["pairs", "worse"]].to_list() == [6, 5]
    assert moved["excess"] == pytest.approx(0.15)  # of -0.01 .1 .1 .2 .2 .3
    # of 64 choices of signs two agree, and twelve more have but one that differs
    assert found.loc["back", "p"] == pytest.approx(2 / 64)
    assert moved["p"] == pytest.approx(14 / 64)
    assert found.loc["back", "p_holm"] == pytest.approx(2 * 2 / 64)
    assert found.loc[["digits", "clothes", "linear"], "home"].isna().all()


def test_who_is_tried_at_home_only_is_at_home():
    members = {"moved": cell("gaussian", "salt"), "salt": cell("same", "salt")}
    assert homes(members) == {"moved": "salt"}


def test_nobody_at_home_leaves_nothing_to_compare():
    found = transfers_table(errors(moved=[0.5]), {"d": {"members": {"moved": ABOUT}}})
    assert found["home"].isna().all() and found["p_holm"].isna().all()
