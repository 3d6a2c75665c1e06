"""Tables over the seeds: each experiment by itself, and experiments against each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.statistics import SIGNIFICANCE, compare, enough, holm, summarise
from denoising.measures.metrics import MEASURES
from denoising.measures.status import AVERAGED, LEFT_OUT


def _measures(table: str) -> list[str]:
    """Name the measures of a table, the write-up's number first."""
    names = [measure.name for measure in MEASURES.of(table)]
    return sorted(names, key=lambda name: name != "relative_error_first10")


# Columns of runs.csv: measures, and what is known of the lattice; `live_error` is the error with
# dead positions taken out.
SUMMARISED = (*_measures("experiments"), "live_error", "dead_positions")
COMPARED = (*_measures("comparisons"), "live_error")
COMPARISON_COLUMNS = [
    "study", "measure", "a", "b", "count", "difference", "low", "high", "superiority", "p",
    "p_holm", "verdict",
]  # fmt: skip
NOT_ENOUGH = "not enough replicates"
LOWER = "lower"
HIGHER = "higher"
NOT_SHOWN = "no difference shown"


def completed(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that averages are taken over; see `denoising.measures.status`."""
    return runs[runs["status"].isin(AVERAGED)]


def experiments_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Summarise the replicates of each experiment.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.

    Returns
    -------
    DataFrame
        A row an experiment and measure of `SUMMARISED`: ``runs``, how many of them ended in each
        way that is in no average (``diverged``, ``dead``, …), ``count``, ``median`` with its exact
        95 % interval (``low``, ``high``), ``mean``, ``sd``, ``min``, ``max``.
    """
    rows = []
    for experiment, own in runs.groupby("experiment", sort=False):
        for measure in SUMMARISED:
            values = completed(own)[measure].dropna()
            found = summarise(values)
            rows.append(
                {
                    "experiment": experiment,
                    "measure": measure,
                    "runs": len(own),
                    **{status: (own["status"] == status).sum() for status in LEFT_OUT},
                    "count": found.count,
                    "median": found.median,
                    "low": found.interval.low,
                    "high": found.interval.high,
                    "mean": found.mean,
                    "sd": found.sd,
                    "min": values.min(),
                    "max": values.max(),
                }
            )
    return pd.DataFrame(rows)


def comparisons_table(
    runs: pd.DataFrame, studies: Mapping[str, Sequence[tuple[str, str]]]
) -> pd.DataFrame:
    """Compare the experiments of each study, pair by pair, over the seeds that both completed.

    The pairs of one study and measure are a family for Holm's correction; those that no seed
    completed are not tested and do not count.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    studies : mapping
        Name → the pairs that it compares.

    Returns
    -------
    DataFrame
        ``study``, ``measure``, ``a``, ``b``, ``count`` (pairs), ``difference`` (median of a − b)
        with its exact 95 % interval (``low``, ``high``), ``superiority`` (probability that a run of
        a has less error than one of b), ``p`` (of the sign test), ``p_holm``, ``verdict`` (a is
        lower, higher, …).
    """
    families = []
    for study, pairs in studies.items():
        for measure in COMPARED:
            rows = [
                {"study": study, "measure": measure, **compared(runs, measure, a, b)}
                for a, b in pairs
            ]
            family = pd.DataFrame(rows)
            if rows:
                tested = family["p"].notna()
                family.loc[tested, "p_holm"] = holm(family.loc[tested, "p"])
                family["verdict"] = [verdict(*row) for row in _judged(family)]
                families.append(family)
    return pd.concat([pd.DataFrame(columns=COMPARISON_COLUMNS), *families], ignore_index=True)


def compared(runs: pd.DataFrame, measure: str, a: str, b: str) -> dict[str, Any]:
    """Compare two experiments in one measure."""
    pairs = paired(runs, measure, [a, b])
    found = compare(pairs[a], pairs[b])
    return {
        "a": a,
        "b": b,
        "count": found.count,
        "difference": found.difference,
        "low": found.interval.low,
        "high": found.interval.high,
        "superiority": found.superiority,
        "p": found.p,
    }


def paired(runs: pd.DataFrame, measure: str, experiments: Sequence[str]) -> pd.DataFrame:
    """Return a measure by seed (rows) and experiment (columns), of seeds that all completed."""
    table = completed(runs).pivot(index="seed", columns="experiment", values=measure)
    return table.reindex(columns=list(experiments)).dropna()


def verdict(count: int, difference: float, p_holm: float) -> str:
    """Say what a comparison shows."""
    if not enough(count):
        return NOT_ENOUGH
    if p_holm >= SIGNIFICANCE:
        return NOT_SHOWN
    return LOWER if difference < 0 else HIGHER


def _judged(family: pd.DataFrame) -> list[tuple[int, float, float]]:
    return list(zip(family["count"], family["difference"], family["p_holm"], strict=True))


def experiments(inputs: Inputs) -> pd.DataFrame:
    """Make ``experiments.csv``."""
    return experiments_table(inputs.runs)


def comparisons(inputs: Inputs) -> pd.DataFrame:
    """Make ``comparisons.csv``."""
    return comparisons_table(inputs.runs, inputs.facets["pairs"])
