"""Other explanations of the reported numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

VARIANT = "variant"


def _name(row: Mapping[str, Any], page: Any) -> Any:
    if row["rival"] == VARIANT:
        return page.results.variants[row["variant"]]
    return page.texts(f"rivals.names.{row['rival']}", epoch=row["epoch"])


COLUMNS = (
    Column("rival", "text", write=_name),
    Column("within", "of", total="numbers", digits=0),
    Column("expected", digits=1),
    Column("distance", strong=True),
    Column("stated_within", "of", total="numbers", digits=0),
    Column("stated_distance"),
    Column("failed", digits=0),
    Column("rival", "word", head="meaning", words="rivals.meanings."),
)
MET = (
    Column("experiment", "title"),
    Column("reported", digits=6),
    Column("met", "of", total="runs", digits=0),
    Column("median", head="met_median", digits=0, strong=True),
    Column("range", "interval", head="met_range", digits=0, ends=("first", "last")),
)


def content(results: Results) -> list[Any]:
    """Return the explanations; nothing where no number is reported."""
    from denoising.files import records
    from denoising.report.sentences.rivals import rival_sentences

    if not results.writeup:
        return []
    table, met = results.read("rivals"), results.read("epochs_met")
    if table.empty:
        return []
    t = results.texts
    others = {n: t(f"rivals.names.{n}") for n in ("checkpoint", "other_noise", "slip")}
    changes = results.changed_settings()
    return [
        Text(t("rivals.text")),
        *([Text(t("changed", changes=changes))] if changes else []),
        Statement(rival_sentences(table, met, others, results.variants)),
        Listing("rivals", t("rivals.table"), COLUMNS, records(table), "rivals", "prose"),
        Listing("met", t("rivals.met_table"), MET, records(met), "epochs_met"),
    ]


SECTION = Section("rivals", content, order=60)
