import itertools
import math

import numpy as np
import pytest
from scipy import stats

from denoising.evidence.statistics import (
    SIGNS,
    bootstrap_interval,
    compare,
    enough,
    exact,
    holm,
    interquartile_mean,
    sign_flip_interval,
    sign_flip_p,
    summarise,
)

ERRORS = [0.42, 0.38, 0.63, 0.45, 0.41, 0.55, 0.39]
OTHERS = [0.47, 0.36, 0.66, 0.52, 0.40, 0.61, 0.45]


def test_summary_by_hand():
    found = summarise([1, 2, 3, 6])
    assert found.count == 4
    assert found.mean == 3
    assert found.sd == pytest.approx(math.sqrt(14 / 3))
    assert found.iqm == 2.5  # of 2 and 3
    assert 3 in found.interval


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5], 5),
        ([0, 10], 5),
        ([0, 1, 2, 9], 1.5),
        ([9, 0, 2, 1], 1.5),
        # n = 6: 1.5 values go at each end, so half of the second and of the fifth stays
        ([0, 1, 2, 3, 4, 100], (0.5 * 1 + 2 + 3 + 0.5 * 4) / 3),
    ],
)
def test_interquartile_mean(values, expected):
    assert interquartile_mean(values) == pytest.approx(expected)


def test_interquartile_mean_of_multiples_of_four_is_scipys_trimmed_mean():
    values = np.random.default_rng(0).random(12)
    assert interquartile_mean(values) == pytest.approx(stats.trim_mean(values, 0.25))


def test_interval_covers_a_known_mean_nearly_as_often_as_it_says():
    """200 samples of 10 from a normal distribution; BCa is known to be somewhat short."""
    rng = np.random.default_rng(1)
    hits = sum(0 in bootstrap_interval(rng.normal(size=10)) for _ in range(200))
    assert 0.85 <= hits / 200 <= 0.99


def test_interval_is_the_same_at_every_call():
    assert bootstrap_interval(ERRORS) == bootstrap_interval(ERRORS)


@pytest.mark.parametrize("values", [[], [0.4], [0.4, 0.4, 0.4]])
def test_no_spread_no_interval(values):
    assert all(math.isnan(end) for end in bootstrap_interval(values))


def test_sign_flip_by_enumeration():
    differences = np.subtract(ERRORS, OTHERS)
    signs = np.array(list(itertools.product([1, -1], repeat=len(differences))))
    means = np.abs(signs @ differences) / len(differences)
    expected = np.mean(means >= abs(differences.mean()) - 1e-12)
    assert sign_flip_p(differences) == pytest.approx(expected)


@pytest.mark.parametrize("n", [5, 6, 10])
def test_differences_of_one_sign_give_the_smallest_p(n):
    assert sign_flip_p(np.arange(1, n + 1) / 10) == pytest.approx(2 / 2**n)


def enumerated_p(differences):
    """Two-sided, over all choices of signs: twice the smaller tail, as SciPy counts."""
    signs = np.array(list(itertools.product([1.0, -1.0], repeat=len(differences))))
    means, own = signs @ differences, np.sum(differences)
    tails = (means <= own + 1e-12).mean(), (means >= own - 1e-12).mean()
    return min(1, 2 * min(tails))


@pytest.mark.parametrize("shift", [0, 0.1, 0.4, 0.9])
@pytest.mark.parametrize("n", [14, 16, 17, 19])
def test_sign_flip_of_many_by_enumeration(n, shift):
    """Exact to 16; above within four standard errors of so many draws."""
    differences = np.random.default_rng(n).normal(shift, 1, n)
    expected = enumerated_p(differences)
    error = 0 if n <= 16 else 4 * 2 * math.sqrt(expected / 2 / SIGNS) + 1 / SIGNS
    assert abs(sign_flip_p(differences) - expected) <= error + 1e-12
    assert exact(n) == (n <= 16)


def test_sign_flip_of_many_is_the_same_at_every_call_and_quick():
    differences = np.random.default_rng(0).normal(0.2, 1, 200)
    assert sign_flip_p(differences) == sign_flip_p(differences)
    # of so many the mean is nearly normal: Student's t says the same
    assert sign_flip_p(differences) == pytest.approx(
        stats.ttest_1samp(differences, 0).pvalue, abs=0.01
    )


def test_sign_flip_of_many_of_one_sign_is_as_small_as_the_draws_can_say():
    assert sign_flip_p(np.arange(1, 25) / 10) == pytest.approx(2 / (SIGNS + 1))


@pytest.mark.parametrize("n", [6, 7, 10, 12])
def test_the_interval_holds_just_the_shifts_that_the_test_does_not_reject(n):
    """At its ends the test does not reject, a little beyond them it does."""
    differences = np.random.default_rng(n).normal(0.3, 1, n)
    low, high = sign_flip_interval(differences)
    assert low < differences.mean() < high
    for end, outwards in ((low, -1), (high, 1)):
        assert sign_flip_p(differences - end - outwards * 1e-9) < 0.05
        assert sign_flip_p(differences - end + outwards * 1e-9) >= 0.05


def test_the_interval_of_six_is_their_range():
    """Of 64 choices of signs one is as extreme as all of one sign: beyond all, p = 2/64."""
    assert sign_flip_interval([3, 1, 2, 6, 5, 4]) == (1, 6)


def test_the_interval_of_seven_by_enumeration():
    """2.5 % of 128 are 3.2: the third smallest of the means of all 127 subsets."""
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]
    subsets = itertools.chain(*(itertools.combinations(values, k) for k in range(1, 8)))
    means = sorted(sum(one) / len(one) for one in subsets)
    assert sign_flip_interval(values) == (means[2], means[-3])
    assert means[:3] == [1, 1.5, 2]  # of 1; of 1 and 2; of 2


@pytest.mark.parametrize("n", [10, 20])
def test_the_interval_covers_as_often_as_it_says(n):
    """400 samples of a symmetric distribution with long tails: 95 % less four standard errors."""
    rng = np.random.default_rng(2)
    hits = sum(0 in sign_flip_interval(rng.standard_t(3, size=n)) for _ in range(400))
    assert hits / 400 >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / 400)


@pytest.mark.parametrize("values", [[], [0.4], [0.4, 0.5, 0.6, 0.7, 0.8]])
def test_what_cannot_be_rejected_has_no_interval(values):
    assert all(math.isnan(end) for end in sign_flip_interval(values))


def test_enough_is_where_the_smallest_p_goes_below_five_percent():
    assert not enough(5)
    assert enough(6)
    assert 2 / 2**5 > 0.05 > 2 / 2**6


def test_comparison():
    found = compare(ERRORS, OTHERS)
    assert found.count == 7
    assert found.difference == pytest.approx(np.mean(ERRORS) - np.mean(OTHERS))
    assert found.difference in found.interval
    pairs = [(a < b) + (a == b) / 2 for a in ERRORS for b in OTHERS]
    assert found.superiority == pytest.approx(np.mean(pairs))


def test_comparison_with_itself():
    found = compare(ERRORS, ERRORS)
    assert (found.difference, found.superiority, found.p) == (0, 0.5, 1)


def test_one_pair_shows_nothing():
    found = compare([0.4], [0.5])
    assert (found.count, found.difference, found.p) == (1, pytest.approx(-0.1), 1)
    assert math.isnan(found.interval.low)


def test_nothing_to_compare():
    assert math.isnan(compare([], []).difference)
    assert summarise([]).count == 0


def test_holm_by_hand():
    """0.01 · 4, 0.02 · 3, 0.03 · 2, 0.5 · 1, made monotone: the third may not be below the second."""
    assert holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []
