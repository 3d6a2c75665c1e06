"""What an autoencoder is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Drawing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Explain it beside its figure; nothing where no autoencoder was trained."""
    if not results.trained:
        return []
    figures = results.figures_of("background")
    return [Text(results.texts("background.text")), *map(Drawing, figures)]


SECTION = Section("background", content, order=20, chapter=1)
