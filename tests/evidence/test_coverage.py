import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from denoising.evidence import coverage
from denoising.evidence.coverage import (
    Mixture,
    bca,
    coverage_table,
    flips,
    medians,
    mixtures,
    power_table,
    shares,
    student,
    surely,
)
from denoising.evidence.statistics import median_interval, share_interval

# One run of ten loses a quarter of its positions, as the write-up's code side 4 does.
ONE_OF_TEN = Mixture(np.array([0.25] + [0.0] * 9), 0.355, 0.002)
SAMPLE = ONE_OF_TEN.draw(np.random.default_rng(0), 5, 10)


def runs_of(dead, live):
    return pd.DataFrame(
        {
            "experiment": "a", "seed": range(len(dead)), "status": "completed", "positions": 16,
            "dead_positions": dead, "live_error": live,
        }
    )  # fmt: skip


def test_what_runs_are_like():
    found = mixtures(runs_of([0, 0, 4, 0, 8, 0], [0.3, 0.31, 0.32, 0.33, 0.9, 0.29]), {"a": 0})["a"]
    assert found.dead.tolist() == [0, 0, 0.25, 0, 0.5, 0]
    assert found.live == pytest.approx(0.315)
    # distances .015 .005 .005 .015 .585 .025: the half-learned run moves their median little
    assert found.spread == pytest.approx(0.015 / stats.norm.ppf(0.75))
    assert mixtures(runs_of([0] * 5, [0.3] * 5), {"a": 0}) == {}


def test_draws_follow_the_law():
    errors = Mixture(np.array([0.0, 0.25]), 0.3, 0.0).draw(np.random.default_rng(1), 1000)
    assert set(errors.round(9)) == {0.3, round(math.sqrt(0.25 + 0.75 * 0.09), 9)}


def test_intervals_of_many_samples_are_those_of_each():
    for n, sample in enumerate(SAMPLE):
        assert [end[n] for end in medians(SAMPLE)] == list(median_interval(sample))
        kept = int((sample < 0.36).sum())
        expected = pytest.approx(list(share_interval(kept, 10)))
        assert [end[n] for end in shares(SAMPLE < 0.36)] == expected
        t = stats.ttest_1samp(sample, 0).confidence_interval()
        assert [end[n] for end in student(SAMPLE)] == pytest.approx([t.low, t.high])


def test_the_bootstrap_is_scipys():
    """But for the numbers that are drawn: within a tenth of the interval."""
    samples = np.random.default_rng(3).exponential(size=(4, 20))
    low, high = bca(samples)
    for n, sample in enumerate(samples):
        theirs = stats.bootstrap((sample,), np.mean, method="BCa", rng=np.random.default_rng(0))
        ends = theirs.confidence_interval
        assert [low[n], high[n]] == pytest.approx(list(ends), abs=0.1 * (ends.high - ends.low))


def test_flips_hold_what_the_sign_flip_test_does_not_reject():
    differences = np.random.default_rng(4).normal(0.3, 1, (1, 10))
    low, high = flips(differences, np.random.default_rng(0))
    for end, outwards in ((low[0], -1), (high[0], 1)):

        def p(shift):
            return stats.permutation_test(
                (differences[0] - shift,), np.mean, permutation_type="samples"
            ).pvalue

        assert p(end + outwards * 1e-9) < 0.05 <= p(end - outwards * 1e-9)  # fmt: skip


def test_what_we_use_holds_and_what_we_used_does_not():
    """A mean over ten runs, of which one decides, has no interval in the seven without it."""
    table = coverage_table({"a": Mixture(np.zeros(10), 0.34, 0.01), "b": ONE_OF_TEN})
    assert table["seeds"].tolist() == [10, 10, 30, 30]
    ours = table[["median", "share", "difference"]].to_numpy()
    assert np.nanmin(ours) >= 0.94
    b = table[(table["experiment"] == "b") & (table["seeds"] == 10)].iloc[0]
    assert b["mean_bca"] < 0.75 and b["mean_t"] < 0.75  # 1 - 0.9 ** 10 is 0.65
    normal = table[(table["experiment"] == "a") & (table["seeds"] == 30)].iloc[0]
    assert normal[["mean_bca", "mean_t"]].min() > 0.92  # as they should be on a normal one
    assert math.isnan(normal["difference"])  # it is the first


def test_the_same_table_at_every_call():
    found = {"b": ONE_OF_TEN}
    pd.testing.assert_frame_equal(coverage_table(found), coverage_table(found))


def test_surely_by_hand():
    """Ten seeds show it with nine of one sign: 10 p⁹ (1 − p) + p¹⁰ = 0.8; of three pairs with ten."""
    p = surely(10, 1)
    assert 10 * p**9 * (1 - p) + p**10 == pytest.approx(0.8)
    assert surely(10, 3) == pytest.approx(0.8**0.1)
    assert math.isnan(surely(5, 1))


def test_power_of_a_normal_distribution():
    """Two runs differ by N(0, 2 σ²): the shift has the quantile of that at the share needed."""
    table = power_table({"a": Mixture(np.zeros(10), 0.5, 0.01)}).set_index(["seeds", "pairs"])
    assert table.loc[(1, 1), "difference"] == pytest.approx(1.96 * math.sqrt(2) * 0.01, rel=0.02)
    for at in ((10, 1), (30, 3)):
        expected = stats.norm.ppf(surely(*at)) * math.sqrt(2) * 0.01
        assert table.loc[at, "difference"] == pytest.approx(expected, rel=0.03)


def test_a_shift_that_ten_seeds_should_show_is_shown_as_often():
    """By the test itself: 80 % of 2,000 studies of two experiments, one shifted."""
    mixture = Mixture(np.array([0.0, 0.0, 0.1, 0.3]), 0.34, 0.01)
    table = power_table({"a": mixture}).set_index(["seeds", "pairs"])
    rng = np.random.default_rng(7)
    shift = table.loc[(30, 1), "difference"]
    low, _ = medians(mixture.draw(rng, 2000, 30) + shift - mixture.draw(rng, 2000, 30))
    assert (low > 0).mean() == pytest.approx(coverage.POWER, abs=0.03)


def test_without_runs_enough_there_are_headings():
    assert coverage_table({}).columns.tolist() == coverage.COVERAGE_COLUMNS
    assert power_table({}).columns.tolist() == coverage.POWER_COLUMNS
