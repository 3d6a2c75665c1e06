import numpy as np
import pytest

from denoising.config.resolve import resolved_experiment
from denoising.measures.lattice import (
    Revival,
    by_epoch,
    by_position,
    dead_by_epoch,
    half_learned,
    implied_dead,
    initial_positions,
    lattice_summary,
    live_error,
    period,
    pixel_sums,
    positions,
    predicted_error,
    revival,
)
from denoising.measures.metrics import relative_error


@pytest.mark.parametrize(
    ("experiment", "expected"),
    [("baseline", (4, 4)), ("side-4", (4, 4)), ("side-3", (8, 8)), ("side-1", (8, 8))],
)
def test_write_ups_lattices(config, experiment, expected):
    """Two stride-2 layers make 4 × 4; the listings for code sides 3 and 1 have three."""
    assert period(resolved_experiment(config, experiment)["architecture"]) == expected


def test_period_of_other_layers():
    decoder = [
        {"layer": "UpSampling2D"},
        {"layer": "Conv2D", "filters": 1, "kernel_size": 3, "strides": 1},
        {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 3, "strides": [3, 1]},
        {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 3},
    ]
    assert period({"decoder": decoder}) == (6, 2)


def test_sums_by_hand():
    pixels = np.arange(12).reshape(3, 4, 1)  # rows 0 1 2 3, 4 5 6 7, 8 9 10 11
    found = by_position(pixels, (2, 2))
    assert found.tolist() == [[0 + 2 + 8 + 10, 1 + 3 + 9 + 11], [4 + 6, 5 + 7]]
    np.testing.assert_array_equal(by_position(np.stack([pixels, 2 * pixels]), (2, 2))[1], 2 * found)


@pytest.fixture
def images():
    """Images of equal pixels, and copies with some error in which position (0, 1) is dead."""
    clean = np.full((5, 8, 8, 1), 0.5, np.float32)
    decoded = clean + 0.1
    decoded[:, 0::4, 1::4] = 0
    return clean, decoded


def architecture(activation="relu"):
    """An architecture with a lattice of 4 × 4."""
    return {"decoder": [{"layer": "Conv2DTranspose", "strides": 4, "activation": activation}]}


def described(clean, decoded, activation="relu"):
    squared = np.square(decoded - clean).sum(axis=0)
    return positions((decoded > 0).sum(axis=0), squared, clean, architecture(activation))


def test_a_dead_position_is_found(images):
    found = described(*images)
    assert np.argwhere(found.dead).tolist() == [[0, 1]]
    assert found.on.tolist() == (1.0 - found.dead).tolist()
    np.testing.assert_allclose(found.error, np.where(found.dead, 1, 0.2), rtol=1e-5)
    assert live_error(found) == pytest.approx(0.2, rel=1e-5)


def test_a_relu_that_is_on_is_not_dead_however_wrong(images):
    clean, decoded = images
    decoded[:, 0::4, 1::4] = 1.2  # an error of 0.7 / 0.5
    assert not described(clean, decoded).dead.any()


def test_a_sigmoids_position_is_dead_where_it_is_black_and_not_where_it_is_grey(images):
    clean, decoded = images
    decoded[:, 0::4, 1::4] = 0.001  # an error of 0.998; never exactly 0
    decoded[:, 2::4, 3::4] = 1.2  # an error of 0.7 / 0.5
    assert np.argwhere(described(clean, decoded, "sigmoid").dead).tolist() == [[0, 1]]


def test_the_law_where_it_is_exact(images):
    """Equal energy everywhere: every image has the predicted error."""
    clean, decoded = images
    predicted = predicted_error(1, 16, live_error(described(clean, decoded)))
    np.testing.assert_allclose(relative_error(clean, decoded), predicted, rtol=1e-5)


def test_the_law_at_its_ends():
    assert predicted_error(0, 16, 0.3) == pytest.approx(0.3)
    assert predicted_error(16, 16, 0.3) == 1
    assert predicted_error(4, 16, 0) == 0.5


@pytest.mark.parametrize("dead", [0, 3, 16])
def test_implied_dead_positions_invert_the_law(dead):
    assert implied_dead(predicted_error(dead, 16, 0.35), 16, 0.35) == pytest.approx(dead)


def test_all_dead():
    clean = np.ones((2, 4, 4, 1))
    found = described(clean, np.zeros_like(clean))
    assert found.dead.all()
    assert np.isnan(live_error(found))


def test_epochs_come_first(images):
    clean, decoded = images
    on, squared = (decoded > 0).sum(axis=0), np.square(decoded - clean).sum(axis=0)
    found = positions(np.stack([on, on]), np.stack([squared] * 2), clean, architecture())
    assert found.dead.sum(axis=(-2, -1)).tolist() == [1, 1]
    assert live_error(found).shape == (2,)


def test_half_learned_positions_by_hand():
    """Learned (0.49 < ½), half learned (0.64 > ½), half learned though dark, dead, unknown."""
    error = np.array([[0.7, 0.8, 0.96, 0.99, np.nan]])
    dead = np.array([[False, False, False, True, False]])
    assert half_learned(error, dead) == 2


def test_revival_by_hand():
    """Three epochs of four positions: one stays dead, one revives at epoch 3, one dies."""
    dead = np.array([[[1, 1, 0, 0]], [[1, 1, 0, 1]], [[1, 0, 0, 1]]], dtype=bool)
    assert revival(dead) == Revival(first=2, revived=1, last=3, died=1)
    assert revival(dead[:1]) == Revival(first=2, revived=0, last=None, died=0)


def test_a_position_may_revive_only_for_a_while():
    dead = np.array([[[1]], [[0]], [[1]]], dtype=bool)
    assert revival(dead) == Revival(first=1, revived=0, last=2, died=0)


def test_epochs_of_a_training(images):
    """Two epochs, the second of which diverged; of ten images the third is black."""
    clean, decoded = (np.concatenate([part, part]) for part in images)
    clean[2] = 0
    errors = relative_error(clean, decoded)
    errors = np.concatenate([errors, [9.0]])  # an eleventh, which is not among the first ten
    sums = pixel_sums(decoded, clean)
    trajectory = {
        "on": np.stack([sums["on"]] * 2),
        "squared_error": np.stack([sums["squared_error"], sums["squared_error"] * np.nan]),
        "relative_error": np.stack([errors] * 2),
        "relative_error_mean": np.array([0.25, np.nan]),
    }
    found = by_epoch(trajectory, clean, architecture())
    assert found.index.tolist() == [1, 2]
    assert found["relative_error"].tolist()[0] == 0.25
    assert found["relative_error_first10"][1] == pytest.approx(np.delete(errors[:10], 2).mean())
    assert (found["dead"][1], found["never_on"][1]) == (1, 1)
    assert found.loc[2].isna().all()
    assert dead_by_epoch(trajectory, clean, architecture()).shape == (1, 4, 4)


def test_what_a_run_says_of_its_lattice(images):
    clean, decoded = images
    initial = initial_positions(decoded + 0.1, clean, architecture())
    dead = np.zeros((2, 4, 4), bool)
    dead[0, 0, :2] = dead[1, 0, 1] = True
    found = lattice_summary(pixel_sums(decoded, clean), clean, architecture(), dead, initial)
    assert (found["rows"], found["columns"], found["dead"], found["never_on"]) == (4, 4, 1, 1)
    assert found["live_error"] == pytest.approx(0.2, abs=1e-5)
    assert found["predicted_error"] == pytest.approx(np.sqrt(1 / 16 + 15 / 16 * 0.04), abs=1e-5)
    assert found["revival"] == {"first": 2, "revived": 1, "last": 2, "died": 0}
    assert found["positions"]["dead"][0] == [False, True, False, False]
    assert found["positions"]["error"][0][1] == pytest.approx(1, abs=1e-5)
    assert found["initial"]["output"][0][:2] == [pytest.approx(0.7), pytest.approx(0.1)]
    assert found["initial"]["on"] == [[1.0] * 4] * 4


def test_a_diverged_run_says_nothing_of_its_lattice(images):
    clean, decoded = images
    sums = pixel_sums(decoded * np.nan, clean)
    initial = initial_positions(decoded, clean, architecture())
    found = lattice_summary(sums, clean, architecture(), np.zeros((0, 4, 4), bool), initial)
    assert (
        found["dead"]
        is found["never_on"]
        is found["live_error"]
        is found["predicted_error"]
        is None
    )
    assert set(found["revival"].values()) == {None}
    assert found["positions"]["error"][0][0] is None
