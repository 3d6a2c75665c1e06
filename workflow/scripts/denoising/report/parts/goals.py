"""Which errors were to be reached at which cost, and which are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results
    from denoising.report.texts import Sentence


def blocks(results: Results, study: str) -> list[Any]:
    """Return a sentence a goal, and one on what more training would buy."""
    said = sentences(results, study)
    if not said:
        return []
    return [Text(results.texts("goals.text")), Statement([*said, *floor(results, study)])]


def sentences(results: Results, study: str) -> list[Sentence]:
    """Say of each goal of a study whether it is reached, and by what."""
    import pandas as pd

    from denoising.report.numbers import format_interval
    from denoising.report.texts import Sentence

    if study not in results.plan.get("goals", {}):
        return []
    table = results.read("goals")
    found = []
    for row in table[table["study"] == study].to_dict("records"):
        if pd.isna(row["experiment"]):
            found.append(Sentence("goals.nothing" if row["finished"] else "goals.unfinished", row))
            continue
        values = {
            **row,
            "title": results.titles[row["experiment"]],
            "interval": format_interval(row["low"], row["high"]),
            "gap": row["ours"] - row["error"],
            "runs": int(row["runs"]),
        }
        found.append(Sentence("goals.reached" if row["reached"] else "goals.not_reached", values))
    return found


def floor(results: Results, study: str) -> list[Sentence]:
    """Say which error no more training would get below, where enough experiments show it."""
    from denoising.report.texts import Sentence

    table = results.read("floor")
    own = table[table["study"] == study].to_dict("records")
    return [Sentence("goals.floor", {**row, "points": int(row["points"])}) for row in own]
