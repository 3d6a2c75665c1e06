"""Whether errors that a study is after are reached within their cost."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.statistics import summarise

COLUMNS = [
    "study", "error", "seconds", "finished", "experiment", "runs", "ours", "low", "high", "spent",
    "reached",
]  # fmt: skip


def goals_table(runs: pd.DataFrame, studies: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Find for each goal the best experiment that costs no more.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    studies : mapping
        Study → its ``experiments`` and ``goals`` (``error``, ``seconds``).

    Returns
    -------
    DataFrame
        A row a goal: how many runs of the study are ``finished``, ``experiment`` (empty where
        each costs more) and its ``runs``, the median over them of the relative error of all test
        images (``ours``, with its 95 % interval) and of what the denoiser cost in processor
        seconds (``spent``), and whether the goal is ``reached``.
    """
    rows: list[dict[str, Any]] = []
    done = completed(runs)
    for study, about in studies.items():
        own = done[done["experiment"].isin(about["experiments"])]
        usual = own.groupby("experiment")[["relative_error", "cost_seconds"]].median().dropna()
        for goal in about["goals"]:
            row = {"study": study, **goal, "finished": int(own["cost_seconds"].notna().sum())}
            row |= {"experiment": None, "reached": False}
            near = usual[usual["cost_seconds"] <= goal["seconds"]]
            if len(near):
                best = str(near["relative_error"].idxmin())
                found = summarise(own.loc[own["experiment"] == best, "relative_error"])
                row |= {
                    "experiment": best,
                    "runs": found.count,
                    "ours": found.median,
                    "low": found.interval.low,
                    "high": found.interval.high,
                    "spent": usual.loc[best, "cost_seconds"],
                    "reached": found.median <= goal["error"],
                }
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def goals(inputs: Inputs) -> pd.DataFrame:
    """Make ``goals.csv``."""
    return goals_table(inputs.runs, inputs.facets["goals"])
