"""How far to trust it: each item said only where it is true of these runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Heading, Points, Section

if TYPE_CHECKING:
    from denoising.report.results import Results

PARTS = ("checklist", "leakage", "limitations", "model_card", "data_sheet")


def content(results: Results) -> list[Any]:
    """Return checklist, leakage, limitations, model card and data sheet."""
    from denoising.report.sentences.trust import items

    found: list[Any] = []
    for part in PARTS:
        said = [results.texts.say(one) for one in items(results, part)]
        if said:
            heading = results.texts(f"trust.{part}.heading")
            found += [Heading(heading, part.replace("_", "-")), Points(said)]
    return found


SECTION = Section("trust", content, order=130)
