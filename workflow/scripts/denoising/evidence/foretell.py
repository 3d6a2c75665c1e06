"""Which positions end dead, foretold from the initial weights by a rule fitted on older runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from denoising.declare import Inputs
from denoising.evidence.initial import Start, area_under_curve, read_start
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import share_interval, sign_p

RIDGE = 1.0  # of the slopes: a few positions more or less decide nothing
COLUMNS = [
    "experiment", "of", "fitted_on", "runs", "brier", "brier_base", "auc", "nearer", "nearer_low",
    "nearer_high", "p",
]  # fmt: skip


def features(start: Start) -> np.ndarray:
    """Describe each position before training by its ranks within the run, from −½ to ½.

    Returns
    -------
    ndarray, shape (positions, 3)
        1, and the ranks of the share of pixels above 0 and of the mean output.
    """
    ranks = [stats.rankdata(values.ravel()) for values in (start.on, start.output)]
    scaled = [(rank - (len(rank) + 1) / 2) / max(len(rank) - 1, 1) for rank in ranks]
    return np.stack([np.ones_like(scaled[0]), *scaled], axis=1)


def fit(starts: Sequence[Start]) -> np.ndarray:
    """Fit a logistic regression of death on `features`, with a ridge on the slopes."""
    x = np.concatenate([features(one) for one in starts])
    y = np.concatenate([one.dead.ravel() for one in starts])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ weights
        slopes = np.r_[0, weights[1:]]
        value = np.logaddexp(0, z).sum() - z[y].sum() + RIDGE / 2 * (slopes**2).sum()
        return float(value), x.T @ (special.expit(z) - y) + RIDGE * slopes

    return optimize.minimize(loss, np.zeros(x.shape[1]), jac=True).x


def foretold_table(old: Mapping[str, Sequence[Start]], new: Mapping[str, Sequence[Start]],
                   of: Mapping[str, str]) -> pd.DataFrame:  # fmt: skip
    """Hold the rule against runs that it was not fitted on.

    Parameters
    ----------
    old, new : mapping
        Experiment → its runs.
    of : mapping
        New experiment → the old one whose runs the rule is fitted on.

    Returns
    -------
    DataFrame
        ``experiment``, ``of``, runs ``fitted_on``, ``runs``; mean ``brier`` score of the rule and
        of the base rate of the old runs (``brier_base``), mean ``auc`` within the runs that have
        dead and living positions; in which share of the runs the rule is ``nearer`` than the base
        rate, with its exact 95 % interval, and the ``p`` of that.
    """
    rows = []
    for name, starts in new.items():
        fitted_on = old.get(of[name], ())
        if not starts or not fitted_on:
            continue
        weights = fit(fitted_on)
        base = np.mean([one.dead.mean() for one in fitted_on])
        told = [special.expit(features(one) @ weights) for one in starts]
        brier = np.array(
            [((p - one.dead.ravel()) ** 2).mean() for p, one in zip(told, starts, strict=True)]
        )
        plain = np.array([((base - one.dead) ** 2).mean() for one in starts])
        curves = [
            area_under_curve(p, one.dead.ravel()) for p, one in zip(told, starts, strict=True)
        ]
        share = share_interval((brier < plain).sum(), len(starts))
        rows.append(
            {
                "experiment": name,
                "of": of[name],
                "fitted_on": len(fitted_on),
                "runs": len(starts),
                "brier": brier.mean(),
                "brier_base": plain.mean(),
                "auc": pd.Series(curves, dtype=float).mean(),
                "nearer": (brier < plain).mean(),
                "nearer_low": share.low,
                "nearer_high": share.high,
                "p": sign_p(brier - plain),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def foretold(inputs: Inputs) -> pd.DataFrame:
    """Make ``foretold.csv``: fitted on the runs of the experiments that the criteria are of."""
    criteria: Mapping[str, Any] = inputs.facets["criteria"]
    of = {name: about["of"] for name, about in criteria.items()}
    runs = completed(inputs.runs).dropna(subset=["dead_positions"])

    def starts(name: str) -> list[Start]:
        own = runs[runs["experiment"] == name]
        return [read_start(inputs, run.experiment, run.seed) for run in own.itertuples()]

    old = {name: starts(name) for name in dict.fromkeys(of.values())}
    return foretold_table(old, {name: starts(name) for name in of}, of)
