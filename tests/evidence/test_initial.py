import numpy as np
import pytest

from denoising.evidence.initial import Start, agreement, area_under_curve, initial_table


def start(experiment, seed, dead, on, weights="same"):
    shape = (1, len(dead))
    arrays = (np.reshape(on, shape), np.reshape(on, shape), np.reshape(dead, shape).astype(bool))
    return Start(experiment, seed, weights, *arrays)


@pytest.mark.parametrize(
    ("dead", "expected"),
    [
        ([1, 1, 0, 0], 0.0),  # the lowest scores end dead
        ([0, 0, 1, 1], 1.0),
        ([1, 0, 0, 1], 0.5),  # of four pairs: one won by each, so two of four
    ],
)
def test_area_under_curve_by_counting_pairs(dead, expected):
    scores = np.array([0.1, 0.2, 0.3, 0.4])
    assert area_under_curve(scores, np.array(dead, dtype=bool)) == pytest.approx(expected)


def test_ties_count_half_and_equal_ends_tell_nothing():
    assert area_under_curve(np.ones(4), np.array([True, True, False, False])) == 0.5
    assert np.isnan(area_under_curve(np.ones(4), np.ones(4, dtype=bool)))


def test_agreement_counts_positions():
    a, b = np.array([True, True, False, False]), np.array([True, False, False, False])
    assert agreement(a, b) == 0.75


def test_table_by_hand():
    on = [0.1, 0.2, 0.3, 0.4]
    starts = [
        start("a", 0, [1, 1, 0, 0], on),
        start("a", 1, [1, 0, 0, 0], [0.5, 0.6, 0.7, 0.8]),
        start("b", 0, [1, 1, 0, 0], on),
        start("c", 0, [0, 0, 0, 1], on, weights="other"),
    ]
    table = initial_table(starts).set_index("experiment")
    assert table.index.tolist() == ["a", "b", "c", "all"]
    assert table.loc["a", "auc_on"] == 0  # the least active positions died
    assert table.loc["a", "correlation"] == pytest.approx(-1)  # more active, fewer dead
    assert table.loc["a", "agree_same"] == 1  # a and b with seed 0
    assert table.loc["a", "agree_other"] == 0.75  # a with seed 1, b with seed 0
    assert np.isnan(table.loc["c", "agree_same"])  # nobody shares its weights
    assert table.loc["all", "runs"] == 4
