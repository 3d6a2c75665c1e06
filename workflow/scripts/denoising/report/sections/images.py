"""Single images, as sentences."""

from typing import Any

import pandas as pd

from denoising.files import records
from denoising.report.results import Results
from denoising.report.texts import Localised, Sentence


def images(results: Results) -> dict[str, Any]:
    """Return the section on single images."""
    spread = results.read("image_spread")
    first = next(iter(results.writeup), results.runs["experiment"].iloc[0])
    shown = results.writeup or [first]
    means = spread.groupby("experiment", sort=False).mean(numeric_only=True)
    means["seed_sd"] = spread.groupby("experiment")["mean"].std()
    means["over_limit"] = 1 - results.table["share_under_limit"]
    rows = means.loc[[name for name in shown if name in means.index]]
    return {
        "sentences": image_sentences(spread, first, results.titles[first]),
        "spread": records(rows.reset_index(names="experiment")),
        "figures": results.numbered_figures("4."),
    }


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
    sentences = [Sentence("images.ten", values)]
    if len(own) > 1:
        sentences.append(Sentence("images.seeds", {"sd": own["mean"].std(), "seeds": len(own)}))
    return sentences
