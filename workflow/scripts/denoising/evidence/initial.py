"""Whether the dead lattice positions can be told from the initial weights alone."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from denoising.declare import Inputs
from denoising.evidence.replicates import completed

ALL = "all"
AFTER_START = {"activation"}  # arguments that a layer's initial weights do not depend on


class Start(NamedTuple):
    """One run's lattice before and after training.

    Attributes
    ----------
    experiment : str
    seed : int
    weights : str
        Equal for runs that share their seed and begin with the same weights.
    on, output : ndarray, shape (rows, columns)
        Of each position before training: share of pixels above 0, and mean output.
    dead : ndarray of bool, shape (rows, columns)
        Which positions are dead in the end.
    """

    experiment: str
    seed: int
    weights: str
    on: np.ndarray
    output: np.ndarray
    dead: np.ndarray


def area_under_curve(scores: np.ndarray, dead: np.ndarray) -> float:
    """Probability that a position that ends dead has a higher score than one that does not.

    Ties count half (Mann and Whitney's U over the number of pairs); 0.5: the score tells nothing.
    NaN if all positions end alike.
    """
    if dead.all() or not dead.any():
        return np.nan
    pairs = dead.sum() * (~dead).sum()
    return float(stats.mannwhitneyu(scores[dead], scores[~dead]).statistic / pairs)


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Share of the positions that are dead in both or in neither of two runs."""
    return float((a == b).mean())


def initial_table(starts: Sequence[Start]) -> pd.DataFrame:
    """Hold the end of each run against its initial weights.

    Returns
    -------
    DataFrame
        A row an experiment, ``all`` last: ``runs``; ``told``, those of them with both dead
        and living positions; ``auc_on`` and ``auc_output``, from `area_under_curve` of a run's
        positions, averaged over those; ``correlation``, of
        Spearman, between the initial share of pixels above 0 and the final number of dead
        positions; ``agree_same`` and ``agree_other``, the `agreement` with runs of other
        experiments that began with the same weights, and with other ones.
    """
    table = pd.DataFrame([one._asdict() for one in starts], columns=list(Start._fields))
    agreements = _agreements(starts)
    parts = [*table.groupby("experiment", sort=False), (ALL, table)]
    rows = []
    for name, own in parts:
        curves = {
            f"auc_{score}": [
                area_under_curve(s, d) for s, d in zip(own[score], own["dead"], strict=True)
            ]
            for score in ("on", "output")
        }
        pairs = agreements if name == ALL else agreements[agreements["experiment"] == name]
        rows.append(
            {
                "experiment": name,
                "runs": len(own),
                "told": len(own) - sum(map(np.isnan, curves["auc_on"])),
                **{key: pd.Series(values, dtype=float).mean() for key, values in curves.items()},
                "correlation": _rank_correlation(own) if name != ALL else np.nan,
                "agree_same": pairs.loc[pairs["same"], "share"].mean(),
                "agree_other": pairs.loc[~pairs["same"], "share"].mean(),
            }
        )
    return pd.DataFrame(rows)


def _rank_correlation(own: pd.DataFrame) -> float:
    on, dead = own["on"].map(np.mean), own["dead"].map(np.sum)
    if on.nunique() < 2 or dead.nunique() < 2:
        return np.nan
    return float(stats.spearmanr(on, dead).statistic)


def _agreements(starts: Sequence[Start]) -> pd.DataFrame:
    """Every pair of runs of two experiments that share their initial weights seed by seed."""
    rows = []
    for a, b in combinations(starts, 2):
        if a.experiment != b.experiment and a.weights == b.weights:
            share = agreement(a.dead, b.dead)
            rows += [
                {"experiment": one.experiment, "same": a.seed == b.seed, "share": share}
                for one in (a, b)
            ]
    return pd.DataFrame(rows, columns=["experiment", "same", "share"]).astype({"same": bool})


def read_start(inputs: Inputs, experiment: str, seed: int) -> Start:
    """Read one run."""
    lattice = inputs.json(experiment, seed, "lattice.json")
    architecture = inputs.json(experiment, seed, "config.json")["architecture"]
    layers = [
        {key: value for key, value in layer.items() if key not in AFTER_START}
        for stack in ("encoder", "decoder")
        for layer in architecture[stack]
    ]
    return Start(
        experiment=experiment,
        seed=seed,
        weights=str(layers),
        on=np.array(lattice["initial"]["on"]),
        output=np.array(lattice["initial"]["output"]),
        dead=np.array(lattice["positions"]["dead"], dtype=bool),
    )


def initial(inputs: Inputs) -> pd.DataFrame:
    """Make ``initial.csv``, of the write-up's experiments."""
    runs = completed(inputs.runs).dropna(subset=["dead_positions"])
    runs = runs[runs["experiment"].isin(inputs.facets["writeup"])]
    starts = [read_start(inputs, run.experiment, run.seed) for run in runs.itertuples()]
    return initial_table(starts)
