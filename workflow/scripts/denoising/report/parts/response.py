"""What is best where a study follows one quantity with several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from denoising.report.results import Results
    from denoising.report.texts import Sentence


def ends(results: Results, study: str) -> tuple[str, list[Sentence]] | None:
    """Say which line is lowest at the largest value that all lines have, and at the smallest.

    Returns
    -------
    tuple
        The experiment that is best at the largest value, and the sentence; None where no lines
        follow a quantity.
    """
    about = results.plan["studies"][study]
    if about.get("lines", "sweep") == "sweep":  # a search: its best is told by what it chose
        return None
    from denoising.config.settings import keys
    from denoising.figures.response import points
    from denoising.report.texts import Sentence

    own = results.runs[results.runs["experiment"].isin(about["experiments"])]
    table = points(own, results.settings, keys(about.get("against", "")), about["lines"])
    titles = {**results.titles, **results.lenders}
    table = table[table["line"].isin(titles)]
    count = table["line"].nunique()
    table = table[table.groupby("x")["line"].transform("nunique") == count]
    if count < 2 or table["x"].nunique() < 2:
        return None
    both = (table[table["x"] == end] for end in (table["x"].max(), table["x"].min()))
    high, low = (one.loc[one["median"].idxmin()] for one in both)
    values = {
        "most": high["x"], "best": titles[high["line"]], "error": high["median"],
        "least": low["x"], "other": titles[low["line"]], "lower": low["median"],
    }  # fmt: skip
    return str(high["experiment"]), [Sentence("response.ends", values)]
