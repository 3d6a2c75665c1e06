"""What the script shows: images and losses to look at for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Section, Template, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return the places that the script fills."""
    from denoising.report.explorer import explored, losses

    key = "explorer.text" if results.trained else "explorer.text_untrained"
    return [
        Text(results.texts(key), "explorer"),
        Template(
            "explorer.html.j2",
            {
                "images": explored(results)["groups"],
                "losses": losses(results)["experiments"],
            },
        ),
    ]


SECTION = Section("explorer", content, order=90)
