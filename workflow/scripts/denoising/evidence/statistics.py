"""What replicates say: of one experiment, and of two that share their seeds.

One construction gives every interval and every p: how many runs lie to one side, whose number is
binomial with ½ at the median, whatever the distribution (the sign test; Arbuthnott 1710). Errors
fall into groups by the number of dead positions, and means of few such runs have no interval that
holds (`denoising.evidence.coverage`).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
ENOUGH = 6  # replicates; below, no order statistics hold a median with 95 %
BELOW = 1e-9  # rounding of a probability


class Interval(NamedTuple):
    """Ends of a confidence interval; NaN where there is none."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return self.low <= value <= self.high


NOTHING = Interval(math.nan, math.nan)


class Summary(NamedTuple):
    """Replicates of one quantity; the interval is that of the median."""

    count: int
    median: float
    interval: Interval
    mean: float
    sd: float


class Comparison(NamedTuple):
    """Pairs of replicates, `a` against `b`: their differences a - b.

    Attributes
    ----------
    count : int
        Of pairs.
    difference : float
        Median of a - b.
    interval : Interval
        Of that median, by the same test as `p`: without 0 just if p < 5 %.
    superiority : float
        Probability that a replicate of `a` lies below one of `b` (less error), ties counting
        half: Mann and Whitney's U over the number of pairs of replicates.
    p : float
        Of the two-sided sign test (`sign_p`) that `a` is as often the lower as the higher.
    """

    count: int
    difference: float
    interval: Interval
    superiority: float
    p: float


def enough(count: int) -> bool:
    """Tell whether so many replicates can carry a judgement."""
    return count >= ENOUGH


def order_rank(count: int) -> int:
    """Rank j of the order statistics x(j) and x(n + 1 - j) that hold a median with 95 %.

    The largest j with P(B < j) ≤ 2.5 %, B being binomial with n and ½; 0 where there is none.
    Of six runs it is 1 (96.9 %), of ten 2 (97.9 %), of thirty 10 (95.7 %).
    """
    below = stats.binom.cdf(np.arange(count + 1), count, 0.5)
    return int((below <= (1 - CONFIDENCE) / 2 + BELOW).sum())


def median_interval(values: Sequence[float]) -> Interval:
    """Exact interval of a median, of at least 95 %, whatever the distribution.

    Two order statistics (Thompson 1936; David and Nagaraja 2003, Order Statistics, 7.1).

    Parameters
    ----------
    values : sequence of float
        Replicates. Fewer than `ENOUGH` have none (NaN): not even their range would hold it.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    rank = order_rank(len(ordered))
    return Interval(float(ordered[rank - 1]), float(ordered[-rank])) if rank else NOTHING


def sign_p(differences: Sequence[float]) -> float:
    """Two-sided p-value that differences are as often above 0 as below (the sign test).

    One that is 0 speaks for both sides, so that p < 5 % just if `median_interval` leaves out 0.
    """
    data = np.asarray(differences, dtype=float)
    if not len(data):
        return math.nan
    fewer = min((data <= 0).sum(), (data >= 0).sum())
    return float(min(1, 2 * stats.binom.cdf(fewer, len(data), 0.5)))


def share_interval(count: int, total: int) -> Interval:
    """Exact 95 % interval of a share (Clopper and Pearson 1934).

    It lies above ½ just if the sign test shows that more than half do.
    """
    if not total:
        return NOTHING
    return Interval(*map(float, stats.binomtest(int(count), int(total)).proportion_ci(CONFIDENCE)))


def summarise(values: Sequence[float]) -> Summary:
    """Summarise replicates; the standard deviation is the sample's (n - 1)."""
    data = np.asarray(values, dtype=float)
    if not len(data):
        return Summary(0, math.nan, NOTHING, math.nan, math.nan)
    sd = float(np.std(data, ddof=1)) if len(data) > 1 else math.nan
    middle, mean = float(np.median(data)), float(np.mean(data))
    return Summary(len(data), middle, median_interval(data), mean, sd)


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
        return Comparison(0, math.nan, NOTHING, math.nan, math.nan)
    superiority = stats.mannwhitneyu(second, first).statistic / (len(first) * len(second))
    return Comparison(
        count,
        float(np.median(differences)),
        median_interval(differences),
        float(superiority),
        sign_p(differences),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust the p-values of a family of tests (Holm 1979), in their order."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted.tolist()
