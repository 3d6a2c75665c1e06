"""What so many random settings buy: the best of a budget, on held-out images."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from denoising.declare import Inputs
from denoising.evidence.replicates import completed

ERROR = "held_out_error"
BLACK = 1.0  # relative error of a black image: what a setting is worth that does not train
MIDDLE = (0.05, 0.5, 0.95)  # quantiles of the best
BUDGET_COLUMNS = ["study", "sweep", "budget", "median", "low", "high"]
CHOSEN_COLUMNS = [
    "study", "sweep", "settings", "failed", "experiment", "held_out_error", "test_error", "values",
]  # fmt: skip
Studies = Mapping[str, Mapping[str, Mapping[str, Any]]]  # study → sweep → title, members


def best_of(errors: Sequence[float], budget: int, quantiles: Sequence[float]) -> np.ndarray:
    """Return quantiles of the least of so many errors, drawn from all without putting back.

    The least of k drawn from n is at most the i-th smallest unless all k are among the n − i
    larger ones, which is a hypergeometric probability (Dodge et al. 2019, Show Your Work, draw
    with putting back).

    Parameters
    ----------
    errors : sequence of float, (n,)
    budget : int
        From 1 to n.
    quantiles : sequence of float
    """
    ordered = np.sort(errors)
    larger = len(ordered) - np.arange(1, len(ordered) + 1)
    reached = 1 - hypergeom.pmf(budget, len(ordered), larger, budget)
    # rounding must not carry a quantile past a step
    return ordered[[np.argmax(reached >= share - 1e-9) for share in quantiles]]


def errors_of(runs: pd.DataFrame, experiments: Sequence[str]) -> pd.Series:
    """Return each finished experiment's held-out error over its seeds; `BLACK` without a result.

    Nothing where no experiment has one: where no images are held out, nothing is chosen.
    """
    own = runs[runs["experiment"].isin(list(experiments))]
    found = completed(own).groupby("experiment")[ERROR].mean()
    if found.isna().all():
        return found.dropna()
    return found.reindex(own["experiment"].unique()).fillna(BLACK)


def budgets_table(runs: pd.DataFrame, studies: Studies) -> pd.DataFrame:
    """Tell what the best of each number of settings would have been, sweep by sweep.

    Returns
    -------
    DataFrame
        ``study``, ``sweep``, ``budget`` (settings), ``median``, ``low`` and ``high`` (the middle
        90 %) of the least held-out error.
    """
    rows: list[list[Any]] = []
    for study, name, sweep in _each(studies):
        errors = errors_of(runs, list(sweep["members"]))
        for budget in range(1, len(errors) + 1):
            low, median, high = best_of(errors.to_numpy(), budget, MIDDLE)
            rows.append([study, name, budget, median, low, high])
    return pd.DataFrame(rows, columns=BUDGET_COLUMNS)


def chosen_table(runs: pd.DataFrame, studies: Studies) -> pd.DataFrame:
    """Tell each sweep's best setting, by the error of held-out images.

    Returns
    -------
    DataFrame
        ``study``, ``sweep``, ``settings`` (how many), ``failed`` (of them without a result),
        ``experiment``, ``held_out_error`` and ``test_error`` of the best, and its ``values``.
    """
    rows: list[dict[str, Any]] = []
    for study, name, sweep in _each(studies):
        errors = errors_of(runs, list(sweep["members"]))
        done = completed(runs[runs["experiment"].isin(errors.index)])
        if done.empty:
            continue
        best = str(errors.idxmin())
        rows.append(
            {
                "study": study,
                "sweep": name,
                "settings": len(errors),
                "failed": len(errors) - done["experiment"].nunique(),
                "experiment": best,
                "held_out_error": errors[best],
                "test_error": done.loc[done["experiment"] == best, "relative_error"].mean(),
                "values": ", ".join(f"{k} = {v}" for k, v in sweep["members"][best].items()),
            }
        )
    return pd.DataFrame(rows, columns=CHOSEN_COLUMNS)


def _each(studies: Studies) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for study, sweeps in studies.items():
        for name, sweep in sweeps.items():
            yield study, name, sweep


def budgets(inputs: Inputs) -> pd.DataFrame:
    """Make ``budgets.csv``."""
    return budgets_table(inputs.runs, inputs.facets["sweeps"])


def chosen(inputs: Inputs) -> pd.DataFrame:
    """Make ``chosen_settings.csv``."""
    return chosen_table(inputs.runs, inputs.facets["sweeps"])
