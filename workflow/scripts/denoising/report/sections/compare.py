"""Another page of this kind beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Section, Template, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return the place that the script fills."""
    return [Text(results.texts("compare.text")), Template("compare.html.j2")]


SECTION = Section("compare", content, order=95)
