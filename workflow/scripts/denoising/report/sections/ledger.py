"""The claims of the write-up in short: a verdict and a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Section, Statement, Template

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return the counted claims; nothing where none is judged here."""
    from denoising.report.sentences import claims as say

    if not results.writeup or results.preview:
        return []
    ledger = say.judged_here(results.read("claims"), results.plan)
    rows = say.short_rows(ledger, results)
    if not rows:
        return []
    counts = say.verdict_sentences(ledger)[:1]
    return [Statement(counts), Template("ledger.html.j2", {"rows": rows})]


SECTION = Section("ledger", content, order=5, page=MAIN)
