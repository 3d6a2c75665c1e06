"""The errors of models on other images or noise than they were trained on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import summarise

COLUMNS = [
    "study", "method", "trained", "tested", "experiment", "runs", "mean", "low", "high", "noisy",
]  # fmt: skip


def transfers_table(runs: pd.DataFrame, studies: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Tell each matrix cell by cell.

    Returns
    -------
    DataFrame
        ``study``, ``method``, ``trained``, ``tested`` (conditions of the plan), ``experiment``,
        ``runs``, ``mean``, ``low``, ``high`` (95 %) of the relative error of all test images, and
        ``noisy``, that of the images before.
    """
    rows = []
    done = completed(runs)
    for study, one in studies.items():
        for name, about in one["members"].items():
            own = done[done["experiment"] == name]
            found = summarise(own["relative_error"])
            rows.append(
                {
                    "study": study,
                    **about,
                    "experiment": name,
                    "runs": len(own),
                    "mean": found.mean,
                    "low": found.interval.low,
                    "high": found.interval.high,
                    "noisy": own["relative_error_noisy"].mean(),
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def transfers(inputs: Inputs) -> pd.DataFrame:
    """Make ``transfers.csv``."""
    return transfers_table(inputs.runs, inputs.facets["transfers"])
