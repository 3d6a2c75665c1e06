"""How to cite the pipeline, and the page as an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Section, Template

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return the citation in two formats."""
    from denoising.config.read import read_yaml
    from denoising.report.facts import bibtex

    path = results.documents["citation"]
    text = path.read_text(encoding="utf-8")
    return [Template("cite.html.j2", {"bibtex": bibtex(read_yaml(path)), "citation": text})]


SECTION = Section("cite", content, order=150)
