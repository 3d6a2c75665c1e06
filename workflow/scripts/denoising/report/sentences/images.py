"""Single images, as sentences."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from denoising.files import records
from denoising.report.results import Results
from denoising.report.texts import Localised, Sentence


def spread_rows(
    results: Results, spread: pd.DataFrame, shown: Sequence[str]
) -> list[dict[str, Any]]:
    """Average ``image_spread.csv`` over the seeds of each experiment."""
    means = spread.groupby("experiment", sort=False).mean(numeric_only=True)
    means["seed_sd"] = spread.groupby("experiment")["mean"].std()
    means["over_limit"] = 1 - results.table["share_under_limit"]
    rows = records(
        means.loc[[n for n in shown if n in means.index]].reset_index(names="experiment")
    )
    several = len(results.conditions([row["experiment"] for row in rows])) > 1
    for row in rows:
        title = results.condition_title(results.condition(row["experiment"]))
        row["condition"] = title if several else None
    return rows


def image_sentences(
    spread: pd.DataFrame, experiment: str, title: str | Localised
) -> list[Sentence]:
    """Say how far an average over ten images can mislead, beside the spread between seeds.

    Parameters
    ----------
    spread : DataFrame
        ``image_spread.csv``.
    experiment, title : str
        The one that is told.
    """
    own = spread[spread["experiment"] == experiment]
    if own.empty:
        return []
    values = {
        "title": title,
        "sd": own["sd"].mean(),
        "group_sd": own["group_sd"].mean(),
        "low": own["group_low"].mean(),
        "high": own["group_high"].mean(),
        "first": own["first"].mean(),
        "mean": own["mean"].mean(),
        "rank": own["rank"].mean(),
    }
    told = {key: one for key, one in values.items() if key != "title"}
    if np.isfinite(list(told.values())).all():
        sentences = [Sentence("images.ten", values)]
    elif np.isfinite(values["sd"]):  # too few images for several tens
        sentences = [Sentence("images.few", {"title": title, "sd": values["sd"]})]
    else:
        return []
    if len(own) > 1:
        sentences.append(Sentence("images.seeds", {"sd": own["mean"].std(), "seeds": len(own)}))
    return sentences
