"""What tuning buys: the best of so many random settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

SETTINGS = (
    Column("title", "text", head="sweep"),
    Column("settings", digits=0, head="tried"),
    Column("failed", digits=0, head="without_result"),
    Column("held_out_error", "measured", strong=True),
    Column("test_error", head="all"),
    Column("values", "text", wrap=True),
)


def blocks(results: Results, study: str) -> list[Any]:
    """Return the best setting of each sweep that draws at random."""
    from denoising.files import records
    from denoising.report.texts import Sentence, localised

    if study not in results.plan.get("sweeps", {}):
        return []
    table = results.read("chosen_settings")
    t, sweeps = results.texts, results.plan["sweeps"][study]
    titles = {name: localised(one["title"], t.languages) for name, one in sweeps.items()}
    found = records(table[table["study"] == study].sort_values("held_out_error"))
    rows = [{**row, "title": titles[row["sweep"]]} for row in found]
    if not rows:
        return []
    said = [Sentence("tuning.best", rows[0])]
    if len(rows) > 1:
        said.append(Sentence("tuning.worst", rows[-1]))
    return [
        Text(t("tuning.text")),
        Statement(said),
        Listing(f"settings-{study}", t("tuning.table"), SETTINGS, rows, "chosen_settings"),
    ]
