"""What tuning buys: the best of so many random settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.declare import Figure, Table
from denoising.report.section import Column, Drawing, Listing, Section, Statement, Text

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


def content(results: Results) -> list[Any]:
    """Return the best settings of every sweep; nothing where nothing was drawn at random."""
    from denoising.files import records
    from denoising.report.texts import Sentence

    if not results.plan.get("sweeps") or (table := results.read("chosen_settings")).empty:
        return []
    t, sweeps = results.texts, results.plan["sweeps"]
    titles = {name: sweep["title"] for name, sweep in sweeps.items()}
    rows = [{**row, "title": titles[row["sweep"]]} for row in records(table)]
    rows.sort(key=lambda row: row["held_out_error"])
    best, *others = rows
    said = [Sentence("tuning.best", {**best, "next": others[0]["title"] if others else ""})]
    if others:
        worst = others[-1]
        values = {"title": worst["title"], "error": worst["held_out_error"]}
        said.append(Sentence("tuning.spread", values))
    return [
        Text(t("tuning.text")),
        Statement(said),
        *map(Drawing, results.figures_of("tuning")),
        Listing("chosen_settings", t("tuning.table"), SETTINGS, rows, "chosen_settings"),
    ]


OF = ("sweeps",)
SECTION = Section(
    "tuning",
    content,
    order=45,
    chapter=6,
    tables=(
        Table("budgets", "denoising.evidence.tuning:budgets", ("runs",), OF, of=OF[0]),
        Table("chosen_settings", "denoising.evidence.tuning:chosen", ("runs",), OF, of=OF[0]),
    ),
    figures=(Figure("budgets", "denoising.figures.tuning:draw", ("budgets",), OF, of=OF[0]),),
)
