"""What is done otherwise than the write-up says, and what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Heading, Points, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


SIDE_4 = "side-4"


def content(results: Results) -> list[Any]:
    """Return deviations and errata; nothing where nothing of the write-up is shown."""
    if not results.writeup:
        return []
    t = results.texts
    seeds = results.table["seeds"].max()
    told = ["seeds", "replicates" if seeds > 1 else "replicates_one"]
    if SIDE_4 in results.titles:
        repairs = results.plan.get("alternatives", {}).get(SIDE_4)
        told.append("side_4_repairs" if repairs else "side_4")
    told += ["checkpoint", "later", "names"]
    items = [t(f"deviations.items.{key}", seeds=seeds) for key in told]
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
