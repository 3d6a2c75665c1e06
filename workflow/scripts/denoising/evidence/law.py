"""How much of a run's error its number of dead positions decides."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import summarise
from denoising.measures.lattice import implied_dead, predicted_error

STATED = "stated"
ALL = "all"
LEARNED = "learned"  # the runs in which each position is learned or dead
IMPLIED_COLUMNS = [
    "experiment", "reported", "positions", "live_error", "implied", "implied_low", "implied_high",
    "nearest", "error_there", "share", "dead_min", "dead_max",
]  # fmt: skip


def law_table(runs: pd.DataFrame, stated: Collection[str]) -> pd.DataFrame:
    """Hold the law against all runs, by experiment and altogether.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    stated : collection of str
        The experiments of the write-up.

    Returns
    -------
    DataFrame
        Index experiment, then ``stated`` for those of the write-up together, ``all``, and
        ``learned`` for all runs without half-learned positions:
        ``runs``, of them ``dying`` with dead positions; ``dead_mean``, ``dead_min`` and
        ``dead_max`` positions; ``r2`` and
        ``largest_residual`` of the law with each run's own live error e₀; ``r2_by_count`` with its
        experiment's median e₀, that is by the number k alone (of ``stated`` and ``all`` within the
        experiments: the share of the spread between seeds that k explains). Both R² are NaN
        where all runs have the same k.
    """
    known = completed(runs).dropna(subset=["live_error", "predicted_error"])
    medians = known.groupby("experiment")["live_error"].transform("median")
    known = known.assign(
        by_count=[
            predicted_error(k, n, e)
            for k, n, e in zip(known["dead_positions"], known["positions"], medians, strict=True)
        ]
    )
    ours = known[known["experiment"].isin(stated)]
    learned = known[known["half_learned"] == 0]
    parts = [
        *known.groupby("experiment", sort=False),
        (STATED, ours), (ALL, known), (LEARNED, learned),
    ]  # fmt: skip
    rows = []
    for name, part in parts:
        own = part.groupby("experiment")["relative_error"].transform("mean")
        varied = part["dead_positions"].nunique() > 1  # else k has nothing to explain
        rows.append(
            {
                "experiment": name,
                "runs": len(part),
                "dying": (part["dead_positions"] > 0).sum(),
                "dead_mean": part["dead_positions"].mean(),
                "dead_min": part["dead_positions"].min(),
                "dead_max": part["dead_positions"].max(),
                "r2": explained(part["relative_error"], part["predicted_error"])
                if varied
                else np.nan,
                "largest_residual": (part["relative_error"] - part["predicted_error"]).abs().max(),
                "r2_by_count": (
                    explained(part["relative_error"], part["by_count"], own) if varied else np.nan
                ),
            }
        )
    return pd.DataFrame(rows).set_index("experiment")


def explained(measured: pd.Series, predicted: pd.Series, centre: pd.Series | None = None) -> float:
    """Return R², the share of the variance about the mean (or `centre`) that is predicted.

    NaN where there is no variance. Nothing was fitted, so it can be negative.
    """
    about = measured.mean() if centre is None else centre
    total = np.square(measured - about).sum()
    return float(1 - np.square(measured - predicted).sum() / total) if total > 1e-18 else np.nan


def implied_table(runs: pd.DataFrame, reported: Mapping[str, float]) -> pd.DataFrame:
    """Tell which number of dead positions each reported error implies, and how likely it is here.

    Returns
    -------
    DataFrame
        Index experiment; ``reported``, ``positions``, ``live_error`` (median e₀ of ours),
        ``implied`` (k by the law, a fraction; from ``implied_low`` to ``implied_high`` when the
        number is off by two standard deviations of what the first ten images differ from all in
        our runs), ``nearest`` (the integer), ``error_there`` (what
        the law gives for it), ``share`` of our runs with that k, and the range ``dead_min`` to
        ``dead_max`` of ours.
    """
    known = completed(runs).dropna(subset=["live_error"])
    rows = []
    for name, error in reported.items():
        own = known[known["experiment"] == name]
        if own.empty:
            continue
        count, live = int(own["positions"].iloc[0]), float(own["live_error"].median())
        if live >= 1:  # those that live are no better than dead ones: k cannot be told
            continue
        implied = implied_dead(error, count, live)
        spread = 2 * (own["relative_error_first10"] - own["relative_error"]).std()
        nearest = int(np.clip(round(implied), 0, count))
        rows.append(
            {
                "experiment": name,
                "reported": error,
                "positions": count,
                "live_error": live,
                "implied": implied,
                "implied_low": implied_dead(max(error - spread, 0), count, live),
                "implied_high": implied_dead(error + spread, count, live),
                "nearest": nearest,
                "error_there": predicted_error(nearest, count, live),
                "share": (own["dead_positions"] == nearest).mean(),
                "dead_min": own["dead_positions"].min(),
                "dead_max": own["dead_positions"].max(),
            }
        )
    return pd.DataFrame(rows, columns=IMPLIED_COLUMNS).set_index("experiment")


def alternatives_table(
    runs: pd.DataFrame, groups: Mapping[str, Sequence[str]], reported: Mapping[str, float]
) -> pd.DataFrame:
    """Compare experiments that stand for the same one of the write-up, at equal numbers k.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    groups : mapping
        Experiment of the write-up → those that stand for it.
    reported : mapping
        Experiment → the reported number.

    Returns
    -------
    DataFrame
        A row an experiment and k, from 0 to the most dead positions of its group: ``of``,
        ``experiment``, ``dead``, ``positions``, ``count`` of its runs, ``share`` of
        them with that k, ``error`` (what the law gives for the median e₀) with ``low`` and ``high``
        (for the ends of its 95 % interval), ``distance`` from the reported number.
    """
    known = completed(runs).dropna(subset=["live_error"])
    rows = []
    for base, names in groups.items():
        most = known.loc[known["experiment"].isin(names), "dead_positions"].max()
        for name in names:
            own = known[known["experiment"] == name]
            if own.empty:
                continue
            count = int(own["positions"].iloc[0])
            live = summarise(own["live_error"])
            for dead in range(int(min(most, count)) + 1):
                error, low, high = (
                    predicted_error(dead, count, e) for e in (live.median, *live.interval)
                )
                rows.append(
                    {
                        "of": base,
                        "experiment": name,
                        "dead": dead,
                        "positions": count,
                        "count": len(own),
                        "share": (own["dead_positions"] == dead).mean(),
                        "error": error,
                        "low": low,
                        "high": high,
                        "distance": error - reported[base],
                    }
                )
    columns = [
        "of", "experiment", "dead", "positions", "count", "share", "error", "low", "high",
        "distance",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def sources_of_variance(runs: pd.DataFrame, studies: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Tell how much of each study's spread lies between its experiments, the rest being luck.

    Returns
    -------
    DataFrame
        A row a study of several experiments and a measure (``relative_error``, ``dead_share``,
        ``live_error``): ``runs``, ``between``, the share of the variance (η²) that lies between
        the experiments' means, and ``by_chance``, what equal experiments would give on average:
        (experiments − 1) / (runs − 1).
    """
    known = completed(runs)
    known = known.assign(dead_share=known["dead_positions"] / known["positions"])
    rows = []
    for study, experiments in studies.items():
        for measure in ("relative_error", "dead_share", "live_error"):
            own = known[known["experiment"].isin(experiments)].dropna(subset=[measure])
            groups = own["experiment"].nunique()
            if groups < 2 or len(own) == groups:
                continue
            means = own.groupby("experiment")[measure].transform("mean")
            rows.append(
                {
                    "study": study,
                    "measure": measure,
                    "runs": len(own),
                    "between": explained(own[measure], means),
                    "by_chance": (groups - 1) / (len(own) - 1),
                }
            )
    return pd.DataFrame(rows, columns=["study", "measure", "runs", "between", "by_chance"])


def law(inputs: Inputs) -> pd.DataFrame:
    """Make ``law.csv``."""
    return law_table(inputs.runs, inputs.facets["writeup"]).reset_index()


def implied(inputs: Inputs) -> pd.DataFrame:
    """Make ``implied.csv``."""
    return implied_table(inputs.runs, inputs.facets["writeup"]).reset_index()


def alternatives(inputs: Inputs) -> pd.DataFrame:
    """Make ``alternatives.csv``."""
    facets = inputs.facets
    return alternatives_table(inputs.runs, facets["alternatives"], facets["writeup"])


def variance(inputs: Inputs) -> pd.DataFrame:
    """Make ``variance.csv``."""
    return sources_of_variance(inputs.runs, inputs.facets["members"])
