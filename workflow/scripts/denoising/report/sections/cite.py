"""How to cite the pipeline, and the page as an archive."""

from typing import Any

from denoising.report.results import Results
from denoising.report.section import Section, Template


def content(results: Results) -> list[Any]:
    """Return the citation in two formats."""
    from denoising.config.read import read_yaml
    from denoising.report.facts import bibtex

    path = results.documents["citation"]
    text = path.read_text(encoding="utf-8")
    return [Template("cite.html.j2", {"bibtex": bibtex(read_yaml(path)), "citation": text})]


SECTION = Section("cite", content, order=150)
