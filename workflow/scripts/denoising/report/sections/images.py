"""Single images: how far ten of them can mislead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Drawing, Listing, Section, Statement, Text

if TYPE_CHECKING:
    from denoising.report.results import Results

COLUMNS = (
    Column("experiment", "title"),
    Column("condition", "text", head="data"),
    Column("mean", head="all"),
    Column("sd", head="image_sd"),
    Column("group_sd"),
    Column("group_range", "interval", ends=("group_low", "group_high")),
    Column("first"),
    Column("rank", "share", digits=0),
    Column("seed_sd", strong=True),
    Column("over_limit", "share", digits=1),
)


def content(results: Results) -> list[Any]:
    """Return the spread of single images of the write-up's experiments, or else of all."""
    from denoising.report.sentences.images import image_sentences, spread_rows

    spread = results.read("image_spread").dropna(subset=["mean"])
    if spread.empty:
        return []
    shown = results.writeup or list(results.titles)
    rows = spread_rows(results, spread, shown)
    if not rows:
        return []
    first = rows[0]["experiment"]
    return [
        *([Text(results.texts("images.text"))] if spread["group_sd"].notna().any() else []),
        Statement(image_sentences(spread, first, results.titles[first])),
        Listing("spread", results.texts("images.table"), COLUMNS, rows, file="image_spread"),
        *(
            Drawing(figure)
            for figure in results.figures_of("images")
            if figure["name"] != "digits" or _has_classes(results, figure)
        ),
    ]


def _has_classes(results: Results, figure: Mapping[str, Any]) -> bool:
    return bool(results.read("digits")["experiment"].isin(figure["experiments"]).any())


SECTION = Section("images", content, order=70, chapter=4)
