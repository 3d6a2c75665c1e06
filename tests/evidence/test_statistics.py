import itertools
import math

import numpy as np
import pytest
from scipy import stats

from denoising.evidence.statistics import (
    compare,
    enough,
    holm,
    median_interval,
    order_rank,
    share_interval,
    sign_p,
    summarise,
)

ERRORS = [0.42, 0.38, 0.63, 0.45, 0.41, 0.55, 0.39]
OTHERS = [0.47, 0.36, 0.66, 0.52, 0.40, 0.61, 0.45]


def test_summary_by_hand():
    found = summarise([1, 2, 3, 6])
    assert (found.count, found.median, found.mean) == (4, 2.5, 3)
    assert found.sd == pytest.approx(math.sqrt(14 / 3))
    assert math.isnan(found.interval.low)  # the range of four holds their median with 87.5 %


@pytest.mark.parametrize(
    ("count", "rank"), [(0, 0), (5, 0), (6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (30, 10)]
)
def test_ranks_as_the_tables_of_the_sign_test_have_them(count, rank):
    """Two-sided at 5 %: reject where fewer than so many have the rarer sign (Siegel 1956, D)."""
    assert order_rank(count) == rank
    at = [math.comb(count, k) / 2**count for k in range(count + 1)]
    assert sum(at[:rank]) <= 0.025 < sum(at[: rank + 1])


def test_the_interval_of_ten_is_from_the_second_to_the_ninth():
    assert median_interval([7, 3, 10, 1, 5, 9, 2, 8, 4, 6]) == (2, 9)
    assert median_interval([6, 5, 4, 3, 2, 1]) == (1, 6)


@pytest.mark.parametrize("values", [[], [0.4], [0.4, 0.5, 0.6, 0.7, 0.8]])
def test_fewer_than_six_have_no_interval(values):
    assert all(math.isnan(end) for end in median_interval(values))


@pytest.mark.parametrize(("n", "level"), [(6, 0.96875), (10, 0.978516), (30, 0.957226)])
def test_the_interval_covers_as_often_as_it_should_whatever_the_distribution(n, level):
    """4,000 samples of a lopsided mixture, one in ten far off: within four standard errors."""
    rng = np.random.default_rng(n)
    samples = rng.normal(0.36, 0.01, (4000, n)) + 0.25 * (rng.random((4000, n)) < 0.1)
    middle = stats.norm.ppf(0.5 / 0.9) * 0.01 + 0.36  # of the mixture: its parts do not overlap
    hits = np.mean([middle in median_interval(sample) for sample in samples])
    assert hits == pytest.approx(level, abs=4 * math.sqrt(level * (1 - level) / 4000))


def test_sign_test_is_scipys():
    """Of the binomial distribution with one half; none of these differences is 0."""
    differences = np.subtract(ERRORS, OTHERS)
    expected = stats.binomtest(int((differences > 0).sum()), len(differences)).pvalue
    assert sign_p(differences) == pytest.approx(expected)


@pytest.mark.parametrize("n", [5, 6, 10])
def test_differences_of_one_sign_give_the_smallest_p(n):
    assert sign_p(np.arange(1, n + 1) / 10) == pytest.approx(2 / 2**n)


def test_equal_replicates_speak_for_both_sides():
    assert sign_p([0.0, 0.0, 0.0]) == 1
    assert sign_p([-1.0] * 9 + [0.0]) == pytest.approx(2 * 11 / 2**10)  # as one against nine


@pytest.mark.parametrize("n", [6, 7, 10, 12, 31])
@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_interval_and_p_are_one_test(n, zeros):
    """0 lies outside the interval just if p is below 5 %, for every number of signs."""
    for positive in range(n + 1 - zeros):
        signs = [0.0] * zeros + [1.0] * positive + [-1.0] * (n - zeros - positive)
        values = np.array(signs) * np.arange(1, n + 1)
        assert (0 in median_interval(values)) == (sign_p(values) >= 0.05)


@pytest.mark.parametrize("n", range(1, 41))
def test_a_share_is_shown_to_be_more_than_half_just_if_the_sign_test_says_so(n):
    for kept in range(n + 1):
        p = sign_p([-1.0] * kept + [1.0] * (n - kept))
        low, high = share_interval(kept, n)
        assert (p < 0.05) == (low > 0.5 or high < 0.5)


def test_shares_by_the_published_tables():
    """Clopper and Pearson: 0 of 10 up to 1 - 0.025 ** (1 / 10), 9 of 10 from 0.555."""
    assert share_interval(0, 10) == (0, pytest.approx(1 - 0.025**0.1))
    assert share_interval(9, 10).low == pytest.approx(0.5550, abs=5e-5)
    assert math.isnan(share_interval(0, 0).low)


def test_enough_is_where_the_smallest_p_goes_below_five_percent():
    assert not enough(5)
    assert enough(6)
    assert 2 / 2**5 > 0.05 > 2 / 2**6


def test_comparison():
    found = compare(ERRORS, OTHERS)
    assert found.count == 7
    assert found.difference == pytest.approx(-0.05)  # of −.05 .02 −.03 −.07 .01 −.06 −.06
    assert found.difference in found.interval
    pairs = [(a < b) + (a == b) / 2 for a, b in itertools.product(ERRORS, OTHERS)]
    assert found.superiority == pytest.approx(np.mean(pairs))


def test_comparison_with_itself():
    found = compare(ERRORS, ERRORS)
    assert (found.difference, found.superiority, found.p) == (0, 0.5, 1)


def test_one_pair_shows_nothing():
    found = compare([0.4], [0.5])
    assert (found.count, found.difference, found.p) == (1, pytest.approx(-0.1), 1)
    assert math.isnan(found.interval.low)


def test_nothing_to_compare():
    """A count of 0, an interval without ends, and no number."""
    found, alone = compare([], []), summarise([])
    assert found.count == alone.count == 0
    assert np.isnan([*found.interval, *alone.interval]).all()
    assert np.isnan([found.difference, found.p, found.superiority]).all()
    assert np.isnan([alone.median, alone.mean, alone.sd]).all()


def test_one_has_no_spread_and_two_have():
    assert math.isnan(summarise([0.4]).sd)
    assert summarise([0.4, 0.6]).sd == pytest.approx(math.sqrt(0.02))


def test_holm_by_hand():
    """0.01 · 4, 0.02 · 3, 0.03 · 2, 0.5 · 1, made monotone: the third may not be below the second."""
    assert holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []
