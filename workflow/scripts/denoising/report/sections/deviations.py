"""What is done otherwise than the write-up says, and what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Heading, Points, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return deviations and errata; nothing where nothing of the write-up is shown."""
    if not results.writeup:
        return []
    t = results.texts
    items = list(t.items("deviations.items", seeds=results.table["seeds"].max()))
    if changes := results.changed_settings():
        items.insert(0, t("deviations.changed", changes=changes))
    return [
        Text(t("deviations.text")),
        Points(items),
        Heading(t("errata.heading"), "errata"),
        Text(t("errata.text")),
        Points(t.items("errata.items"), ordered=True),
    ]


SECTION = Section("deviations", content, order=120)
