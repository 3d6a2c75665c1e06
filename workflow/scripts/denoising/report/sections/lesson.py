"""The finding as a lesson: what decides a run, told with pictures that can be tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Section, Template

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return three steps; nothing where no run has dead positions, or a preview is shown."""
    from denoising.report import lesson

    shown = None if results.preview else lesson.lesson(results)
    return [Template("lesson.html.j2", {"lesson": shown})] if shown else []


SECTION = Section("lesson", content, order=2, page=MAIN)
