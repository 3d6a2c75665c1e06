"""What goes beyond the write-up: a few lines a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Section, Template

if TYPE_CHECKING:
    from denoising.report.results import Results

MOST = 20  # studies of which something is said here


def content(results: Results) -> list[Any]:
    """Return what each study beyond those of the first screen says; a preview says nothing."""
    from denoising.report.sentences import answers

    if results.preview:
        return []
    found = answers.beyond(results)
    if not found:
        return []
    return [Template("beyond.html.j2", {"lines": found[:MOST], "more": len(found[MOST:])})]


SECTION = Section("beyond", content, order=4, page=MAIN)
