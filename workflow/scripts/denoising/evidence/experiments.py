"""One row an experiment: its runs summarised over its seeds."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.evidence.replicates import completed

ERROR = "relative_error_first10"
ALL_ERROR = "relative_error"
NONE = pd.Series(index=["median", "low", "high", "mean", "sd", "min", "max"], dtype=float)
CONFIGURED = (  # columns of runs.csv that are the same for all runs of an experiment
    "optimizer", "learning_rate", "loss", "architecture", "code_shape", "side_ratio",
    "code_elements", "input_elements", "parameters",
)  # fmt: skip


def experiment_table(
    runs: pd.DataFrame,
    summaries: pd.DataFrame,
    experiments: Mapping[str, Any],
    measure: str = ERROR,
) -> pd.DataFrame:
    """Summarise the runs of each experiment over its seeds.

    Parameters
    ----------
    runs, summaries : DataFrame
        ``runs.csv`` and ``experiments.csv``.
    experiments : mapping
        Name → ``title``, ``reported``; in the order of the report.
    measure : str
        What ``ours`` and its spread are of: `ERROR`, which the write-up reports, or `ALL_ERROR`.

    Returns
    -------
    DataFrame
        Indexed by name. Runs that are in no average are counted (``failed``);
        of an experiment without runs there are no numbers.
    """
    rows = []
    by_measure = summaries.set_index(["experiment", "measure"])
    for name, about in experiments.items():
        own = runs[runs["experiment"] == name]
        averaged = completed(own)
        first = own.iloc[0] if len(own) else pd.Series(index=runs.columns, dtype=float)

        def summary(measure: str, name: str = name) -> pd.Series:
            return by_measure.loc[(name, measure)] if (name, measure) in by_measure.index else NONE

        ours = summary(measure)
        rows.append(
            {
                "experiment": name,
                "title": about["title"],
                "reported": about["reported"] if measure == ERROR else None,
                **first[list(CONFIGURED)],
                "seeds": len(own),
                "failed": len(own) - len(averaged),
                "ours": ours["median"],
                **ours[["low", "high", "mean", "sd", "min", "max"]],
                "first_ten": summary(ERROR)["median"],
                "all_images": summary(ALL_ERROR)["median"],
                "live_error": summary("live_error")["median"],
                "dead_positions": summary("dead_positions")["mean"],
                "positions": first["positions"],
                "share_under_limit": averaged["share_under_limit"].median(),
                "psnr": averaged["psnr"].median(),
                "ssim": averaged["ssim"].median(),
                "val_loss": averaged["val_loss"].median(),
            }
        )
    table = pd.DataFrame(rows).set_index("experiment")
    table["reported"] = table["reported"].astype(float)
    table["difference"] = table["ours"] - table["reported"]
    return table
