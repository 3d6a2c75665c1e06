import numpy as np
import pandas as pd
import pytest

from denoising.evidence.images import by_digit, extremes, group_spread


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
    assert found["rank"].tolist() == [*range(1, 11), *range(-1, -11, -1)]
    assert found["image"].tolist() == [*range(10), *range(29, 19, -1)]
    assert found["relative_error"][0] == pytest.approx(0.01)


def test_one_ten_has_no_rank_and_no_range():
    found = group_spread(pd.Series(np.arange(15) / 100))
    assert found["first"] == pytest.approx(0.045)
    assert [np.isnan(found[key]) for key in ("group_sd", "group_low", "group_high", "rank")] == (
        [True] * 4
    )
