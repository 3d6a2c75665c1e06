"""What replicates say: of one experiment, and of two that share their seeds."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
RESAMPLES = 9999
GENERATOR_SEED = 20_261_123  # the bootstrap's own: intervals are the same at every rebuild
ENOUGH = 6  # replicates; below, an exact sign-flip test cannot reach 5 %
SIGNIFICANCE = 0.05
SIGNS = 99_999  # choices of signs that are looked at; all of them where there are fewer
SAME = 1e-12  # a spread that is rounding


class Interval(NamedTuple):
    """Ends of a 95 % confidence interval; NaN where there is none."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return self.low <= value <= self.high


class Summary(NamedTuple):
    """Replicates of one quantity."""

    count: int
    mean: float
    sd: float
    interval: Interval
    iqm: float


class Comparison(NamedTuple):
    """Pairs of replicates, `a` against `b`: their differences a - b.

    Attributes
    ----------
    count : int
        Of pairs.
    difference : float
        Mean of a - b.
    interval : Interval
        Of that mean, by the same test as `p` (`sign_flip_interval`): without 0 just if p < 5 %.
    superiority : float
        Probability that a replicate of `a` lies below one of `b` (less error), ties counting
        half: Mann and Whitney's U over the number of pairs of replicates.
    p : float
        Of the two-sided sign-flip test (`sign_flip_p`) that the differences are as often one as
        the other.
    """

    count: int
    difference: float
    interval: Interval
    superiority: float
    p: float


def enough(count: int) -> bool:
    """Tell whether so many replicates can carry a judgement."""
    return count >= ENOUGH


def bootstrap_interval(values: Sequence[float]) -> Interval:
    """Bias-corrected and accelerated bootstrap interval of a mean (Efron 1987).

    Parameters
    ----------
    values : sequence of float
        Replicates. Two give an interval of little worth, fewer than two or equal ones none (NaN).
    """
    data = np.asarray(values, dtype=float)
    if len(data) < 2 or np.ptp(data) < SAME:
        return Interval(math.nan, math.nan)
    found = stats.bootstrap(
        (data,), np.mean, confidence_level=CONFIDENCE, n_resamples=RESAMPLES, method="BCa",
        rng=np.random.default_rng(GENERATOR_SEED),
    ).confidence_interval  # fmt: skip
    return Interval(float(found.low), float(found.high))


def interquartile_mean(values: Sequence[float]) -> float:
    """Mean of the middle half, its outermost values weighted by the part that lies in it.

    For n values, n/4 are left out at each end (Agarwal et al. 2021, arXiv:2108.13264, who drop
    whole values; the weights make it continuous in n).
    """
    data = np.sort(np.asarray(values, dtype=float))
    n = len(data)
    positions = np.arange(n + 1)
    inside = np.clip(positions, n / 4, 3 * n / 4)
    return float(np.average(data, weights=np.diff(inside)))


def summarise(values: Sequence[float]) -> Summary:
    """Summarise replicates; the standard deviation is the sample's (n - 1)."""
    data = np.asarray(values, dtype=float)
    sd = float(np.std(data, ddof=1)) if len(data) > 1 else math.nan
    mean = float(np.mean(data)) if len(data) else math.nan
    iqm = interquartile_mean(data) if len(data) else math.nan
    return Summary(len(data), mean, sd, bootstrap_interval(data), iqm)


def exact(count: int) -> bool:
    """Tell whether the sign-flip test of so many differences looks at all choices of signs."""
    return 2**count <= SIGNS


def sign_flip_p(differences: Sequence[float]) -> float:
    """Two-sided p-value of a mean difference over the choices of its signs.

    Up to 16 differences over all 2ⁿ choices; above over `SIGNS` random ones, drawn by a generator
    of fixed seed, so that the time does not double with each replicate.
    """
    data = np.asarray(differences, dtype=float)
    if len(data) < 2:  # one difference is as large with either sign
        return 1.0 if len(data) else math.nan
    found = stats.permutation_test(
        (data,), np.mean, permutation_type="samples", alternative="two-sided",
        n_resamples=np.inf if exact(len(data)) else SIGNS, batch=10_000,
        rng=np.random.default_rng(GENERATOR_SEED),
    )  # fmt: skip
    return float(found.pvalue)


def sign_flip_interval(differences: Sequence[float]) -> Interval:
    """95 % interval of a mean difference: the shifts that the sign-flip test does not reject.

    To flip the signs of some of the differences from a shift δ leaves their mean as large, or
    makes it larger, just if the mean of these is at most δ. So the ends are order statistics of
    the means of all subsets (Hartigan 1969, Using subsample values as typical values).

    Parameters
    ----------
    differences : sequence of float
        Up to 16: all subsets; of more `SIGNS` random ones, as in `sign_flip_p`. Fewer than
        `ENOUGH` have no interval (NaN): whatever the shift, the test cannot reject it.
    """
    data = np.asarray(differences, dtype=float)
    if not enough(len(data)):
        return Interval(math.nan, math.nan)
    means = np.sort(_subset_means(data))
    beyond = math.ceil((1 - CONFIDENCE) / 2 * (len(means) + 1)) - 1
    return Interval(float(means[beyond - 1]), float(means[-beyond]))


def _subset_means(data: np.ndarray) -> np.ndarray:
    """Return the means of all subsets that are not empty, or of `SIGNS` random ones."""
    if exact(len(data)):
        chosen = np.arange(1, 2 ** len(data))[:, None] >> np.arange(len(data)) & 1
    else:
        rng = np.random.default_rng(GENERATOR_SEED)
        chosen = rng.integers(0, 2, (SIGNS, len(data)), dtype=np.int8)
        chosen = chosen[chosen.any(axis=1)]
    return chosen @ data / chosen.sum(axis=1)


def compare(a: Sequence[float], b: Sequence[float]) -> Comparison:
    """Compare replicates that belong together pair by pair.

    Parameters
    ----------
    a, b : sequence of float
        Of the same seeds, in the same order.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    differences = first - second
    count = len(differences)
    if count == 0:
        nothing = Interval(math.nan, math.nan)
        return Comparison(0, math.nan, nothing, math.nan, math.nan)
    superiority = stats.mannwhitneyu(second, first).statistic / (len(first) * len(second))
    return Comparison(
        count,
        float(np.mean(differences)),
        sign_flip_interval(differences),
        float(superiority),
        sign_flip_p(differences),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust the p-values of a family of tests (Holm 1979), in their order."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted.tolist()
