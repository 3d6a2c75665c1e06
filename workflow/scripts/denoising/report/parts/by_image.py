"""What differs image by image, where a study compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing

if TYPE_CHECKING:
    from denoising.report.results import Results

COLUMNS = (
    Column("pair", "text"),
    Column("seeds", digits=0),
    Column("images", digits=0),
    Column("share", "share", head="lower_in", digits=1),
    Column("difference", head="median_difference", digits=4, sign=True, strong=True),
    Column("interval", "interval", digits=4, sign=True),
    Column("p_holm", "p"),
    Column("verdict", "word", words="comparisons.verdicts."),
)


def blocks(results: Results, study: str) -> list[Any]:
    """Return the comparisons of a study image by image; none where it compares nothing."""
    from denoising.files import records
    from denoising.report.texts import joined

    if "image_comparisons" not in results.plan["tables"]:
        return []
    table = results.read("image_comparisons")
    rows = [
        {**row, "pair": joined(" − ", [results.titles[row["a"]], results.titles[row["b"]]])}
        for row in records(table[table["study"] == study])
    ]
    if not rows:
        return []
    caption = results.texts("comparisons.images")
    return [Listing(f"by-image-{study}", caption, COLUMNS, rows, "image_comparisons")]
