"""What an autoencoder is."""

from typing import Any

from denoising.report.results import Results
from denoising.report.section import Drawing, Section, Text


def content(results: Results) -> list[Any]:
    """Explain it beside its figure; nothing where no autoencoder was trained."""
    if not results.trained:
        return []
    figures = results.figures_of("background")
    return [Text(results.texts("background.text")), *map(Drawing, figures)]


SECTION = Section("background", content, order=20, chapter=1)
