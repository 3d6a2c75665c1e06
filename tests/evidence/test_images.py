import numpy as np
import pandas as pd
import pytest
from handmade import COUNT, facets, lay, make, settings
from scipy.stats import binomtest

from denoising.evidence.images import by_digit, compared_images, extremes, group_spread


def test_groups_of_ten_by_hand():
    """Three tens with the averages 0.3, 0.1 and 0.2, and a rest that makes no ten."""
    errors = pd.Series([*np.repeat([0.3, 0.1, 0.2], 10), 9.0])
    found = group_spread(errors)
    assert found["first"] == pytest.approx(0.3)
    assert found["rank"] == pytest.approx(2 / 3)
    assert found["group_sd"] == pytest.approx(0.1)
    assert found["mean"] == pytest.approx(15 / 31)


def test_tens_of_independent_images_spread_less_by_the_root_of_ten():
    errors = pd.Series(np.random.default_rng(0).normal(0.5, 0.1, 100_000))
    found = group_spread(errors)
    assert found["group_sd"] == pytest.approx(0.1 / np.sqrt(10), rel=0.03)
    width = 2 * 1.96 * 0.1 / np.sqrt(10)
    assert found["group_high"] - found["group_low"] == pytest.approx(width, rel=0.03)


def test_by_digit():
    images = pd.DataFrame({"label": [1, 0, 1, 1], "relative_error": [0.2, 0.9, 0.4, 0.6]})
    found = by_digit(images)
    assert found["images"].to_dict() == {0: 1, 1: 3}
    assert found["relative_error"].to_dict() == pytest.approx({0: 0.9, 1: 0.4})
    assert found["share_over_limit"].to_dict() == pytest.approx({0: 1, 1: 1 / 3})


def test_extremes():
    errors = pd.DataFrame({0: np.arange(30) / 100, 1: np.arange(30) / 100 + 0.02})
    found = extremes(errors)
    assert found["rank"].tolist() == [*range(1, 6), *range(-1, -6, -1)]
    assert found["image"].tolist() == [*range(5), *range(29, 24, -1)]
    assert found["relative_error"][0] == pytest.approx(0.01)


def test_one_ten_has_no_rank_and_no_range():
    found = group_spread(pd.Series(np.arange(15) / 100))
    assert found["first"] == pytest.approx(0.045)
    assert [np.isnan(found[key]) for key in ("group_sd", "group_low", "group_high", "rank")] == (
        [True] * 4
    )


def test_two_experiments_image_by_image():
    """One of seven images is black for b; of the six others a has less error in five."""
    a = pd.Series([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    b = pd.Series([0.2, 0.4, 0.6, 0.8, 1.0, 0.1, np.nan])
    found = compared_images(a, b)
    assert found["images"] == 6
    assert found["share"] == pytest.approx(5 / 6)
    assert found["difference"] == pytest.approx(-0.25)  # of -.5 -.4 -.3 -.2 -.1 and .5
    assert found["p"] == pytest.approx(binomtest(5, 6).pvalue)


def test_seeds_that_both_completed_are_averaged_before_images_are_compared(tmp_path):
    how = settings("median-filter", size=3)
    for seed, error, other in ((0, 0.3, 0.4), (1, 0.5, 0.2), (2, 0.1, None)):
        lay(tmp_path, "a", seed, how, error=error)
        lay(tmp_path, "b", seed, how, error=other or 9, status="completed" if other else "diverged")
    runs = [(name, seed) for name in "ab" for seed in range(3)]
    [row] = make(tmp_path, facets(runs))["image_comparisons"].to_dict("records")
    assert row["seeds"] == 2  # a: (0.3 + 0.5) / 2, b: (0.4 + 0.2) / 2
    assert row["images"] == COUNT
    assert row["difference"] == pytest.approx(0.1)
    assert row["share"] == 0
    assert row["p_holm"] == pytest.approx(2 / 2**COUNT)
    assert row["verdict"] == "higher"


def test_holm_corrects_the_pairs_of_a_study(tmp_path):
    how = settings("median-filter", size=3)
    for name, error in (("a", 0.3), ("b", 0.4), ("c", 0.5)):
        lay(tmp_path, name, 0, how, error=error)
    table = make(tmp_path, facets([(name, 0) for name in "abc"]))["image_comparisons"]
    assert table[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"]]
    assert table["p_holm"].to_numpy() == pytest.approx(2 * 2 / 2**COUNT)
