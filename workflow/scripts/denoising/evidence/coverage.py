"""What our statistics are worth on runs like ours, by simulation.

Runs like ours: of each experiment the observed shares of runs with k dead positions, and errors by
the law of `predicted_error` with an e₀ that is normal about the experiment's median.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import CONFIDENCE, SIGNIFICANCE, enough, order_rank
from denoising.measures.metrics import LIMIT

SEEDS = (10, 30)  # replicates
SAMPLES = 2000  # simulated studies: a coverage is known to ± 1 % (two standard errors)
RESAMPLES = 999
MANY = 200_000  # runs that stand for all
POWER = 0.8
GENERATOR_SEED = 20_261_130
COVERAGE_COLUMNS = [
    "experiment", "seeds", "median", "share", "difference", "mean_bca", "mean_t", "mean_flips",
]  # fmt: skip
POWER_COLUMNS = ["experiment", "seeds", "pairs", "sure", "difference"]


class Mixture(NamedTuple):
    """What runs of an experiment are drawn from.

    Attributes
    ----------
    dead : ndarray
        Share k/n of dead positions of each run that was observed, all as likely.
    live, spread : float
        Mean and standard deviation of e₀; the latter from the median of distances, since a
        half-learned run is no noise.
    """

    dead: np.ndarray
    live: float
    spread: float

    def draw(self, rng: np.random.Generator, *shape: int) -> np.ndarray:
        """Draw errors of runs."""
        live = rng.normal(self.live, self.spread, shape)
        return by_law(rng.choice(self.dead, shape), live)


def by_law(share: np.ndarray, live: np.ndarray) -> np.ndarray:
    """Error of runs with shares k/n of dead positions: error² = k/n + (1 − k/n) · e₀²."""
    return np.sqrt(share + (1 - share) * np.square(live))


def mixtures(runs: pd.DataFrame, experiments: Mapping[str, float]) -> dict[str, Mixture]:
    """Describe each of these experiments that has runs enough.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    experiments : mapping
        Its keys are their names.
    """
    known = completed(runs).dropna(subset=["live_error", "dead_positions"])
    found = {}
    for name in experiments:
        own = known[known["experiment"] == name]
        if enough(len(own)):
            live = float(own["live_error"].median())
            spread = float(stats.median_abs_deviation(own["live_error"], scale="normal"))
            dead = (own["dead_positions"] / own["positions"]).to_numpy()
            found[name] = Mixture(dead, live, spread)
    return found


def coverage_table(found: Mapping[str, Mixture]) -> pd.DataFrame:
    """Tell how often each nominal 95 % interval holds the true value.

    Returns
    -------
    DataFrame
        A row an experiment and number of ``seeds``. What we use: ``median`` (order statistics),
        ``share`` of runs under 50 % (Clopper and Pearson), and the median ``difference`` from the
        first experiment, seeds being independent. What we used, or others do: intervals of the
        mean by the bias-corrected and accelerated bootstrap (``mean_bca``), Student
        (``mean_t``), and the mean difference by inverting the sign-flip test (``mean_flips``).
    """
    rows = []
    first = next(iter(found), None)
    for seeds in SEEDS:
        for name, mixture in found.items():
            rng = np.random.default_rng(GENERATOR_SEED)
            every, sample = mixture.draw(rng, MANY), mixture.draw(rng, SAMPLES, seeds)
            row = {
                "experiment": name,
                "seeds": seeds,
                "median": _holds(*medians(sample), np.median(every)),
                "share": _holds(*shares(sample < LIMIT), (every < LIMIT).mean()),
                "mean_bca": _holds(*bca(sample), every.mean()),
                "mean_t": _holds(*student(sample), every.mean()),
            }
            if name != first:
                every = every - found[first].draw(rng, MANY)
                sample = sample - found[first].draw(rng, SAMPLES, seeds)
                row["difference"] = _holds(*medians(sample), np.median(every))
                row["mean_flips"] = _holds(*flips(sample, rng), every.mean())
            rows.append(row)
    return pd.DataFrame(rows, columns=COVERAGE_COLUMNS)


def _holds(low: np.ndarray, high: np.ndarray, true: float) -> float:
    return float(((low <= true) & (true <= high)).mean())


Ends = tuple[np.ndarray, np.ndarray]


def medians(sample: np.ndarray) -> Ends:
    """Intervals of the medians of samples, shape (samples, seeds), as `median_interval`."""
    ordered, rank = np.sort(sample, axis=1), order_rank(sample.shape[1])
    return ordered[:, rank - 1], ordered[:, -rank]


def shares(kept: np.ndarray) -> Ends:
    """Intervals of shares as `share_interval`, from the quantiles of beta distributions."""
    count, total = kept.sum(axis=1), kept.shape[1]
    tail = (1 - CONFIDENCE) / 2
    low = np.where(count > 0, stats.beta.ppf(tail, count, total - count + 1), 0)
    return low, np.where(count < total, stats.beta.ppf(1 - tail, count + 1, total - count), 1)


def student(sample: np.ndarray) -> Ends:
    """Student's intervals of the means."""
    seeds = sample.shape[1]
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, seeds - 1) * stats.sem(sample, axis=1)
    return sample.mean(axis=1) - reach, sample.mean(axis=1) + reach


def bca(sample: np.ndarray) -> Ends:
    """Bias-corrected and accelerated bootstrap intervals of the means (Efron 1987).

    All samples are drawn from again by the same numbers, so that their means are one product.
    """
    seeds = sample.shape[1]
    drawn = np.random.default_rng(GENERATOR_SEED).integers(0, seeds, (RESAMPLES, seeds))
    weights = np.apply_along_axis(np.bincount, 1, drawn, minlength=seeds) / seeds
    means, own = np.sort(sample @ weights.T, axis=1), sample.mean(axis=1)
    bias = stats.norm.ppf(((means < own[:, None]).sum(axis=1) + 1) / (RESAMPLES + 2))
    skew = own[:, None] - sample
    acceleration = -(skew**3).sum(axis=1) / (6 * (skew**2).sum(axis=1) ** 1.5)
    ends = []
    for tail in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        z = bias + stats.norm.ppf(tail)
        share = stats.norm.cdf(bias + z / (1 - acceleration * z))
        at = np.clip(np.rint(share * (RESAMPLES + 1)).astype(int) - 1, 0, RESAMPLES - 1)
        ends.append(np.take_along_axis(means, at[:, None], axis=1)[:, 0])
    return ends[0], ends[1]


def flips(differences: np.ndarray, rng: np.random.Generator) -> Ends:
    """Intervals of mean differences that the sign-flip test does not reject (Hartigan 1969)."""
    seeds = differences.shape[1]
    if 2**seeds <= RESAMPLES + 25:
        chosen = np.arange(1, 2**seeds)[:, None] >> np.arange(seeds) & 1
    else:
        chosen = rng.integers(0, 2, (RESAMPLES, seeds))
    means = np.sort(differences @ chosen.T / chosen.sum(axis=1), axis=1)
    beyond = int(np.ceil((1 - CONFIDENCE) / 2 * (means.shape[1] + 1))) - 1
    return means[:, beyond - 1], means[:, -beyond]


def surely(seeds: int, pairs: int) -> float:
    """Probability of one sign that the sign test of so many seeds shows with a power of 80 %.

    Parameters
    ----------
    seeds : int
    pairs : int
        Of the family, for whose first step Holm's correction asks 5 % / pairs.

    Returns
    -------
    float
        NaN where not even one sign alone would be enough.
    """
    tail = stats.binom.cdf(np.arange(seeds), seeds, 0.5)
    rare = int((tail <= SIGNIFICANCE / 2 / pairs).sum())
    if not rare:
        return np.nan
    return float(optimize.brentq(lambda p: stats.binom.cdf(rare - 1, seeds, 1 - p) - POWER, 0.5, 1))


def power_table(found: Mapping[str, Mixture]) -> pd.DataFrame:
    """Tell which shift of all errors of an experiment so many seeds would show.

    Returns
    -------
    DataFrame
        A row an experiment, number of ``seeds`` and of ``pairs`` in the family: ``sure``, how
        often the one must be the lower (`surely`), and the ``difference`` of two experiments
        like it for which it is. Of one seed: the difference that two runs of the experiment itself
        exceed in one case of twenty.
    """
    rows = []
    for name, mixture in found.items():
        rng = np.random.default_rng(GENERATOR_SEED)
        apart = mixture.draw(rng, MANY) - mixture.draw(rng, MANY)
        rows.append([name, 1, 1, np.nan, float(np.quantile(np.abs(apart), CONFIDENCE))])
        for seeds in SEEDS:
            for pairs in (1, 3):
                sure = surely(seeds, pairs)
                rows.append([name, seeds, pairs, sure, float(np.quantile(apart, sure))])
    return pd.DataFrame(rows, columns=POWER_COLUMNS)


def coverage(inputs: Inputs) -> pd.DataFrame:
    """Make ``coverage.csv``, of the write-up's experiments."""
    return coverage_table(mixtures(inputs.runs, inputs.facets["writeup"]))


def power(inputs: Inputs) -> pd.DataFrame:
    """Make ``power.csv``, of the write-up's experiments."""
    return power_table(mixtures(inputs.runs, inputs.facets["writeup"]))
