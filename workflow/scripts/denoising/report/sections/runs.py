"""Every run, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Text

if TYPE_CHECKING:
    from denoising.report.results import Results


def _status(row: Mapping[str, Any], page: Any) -> Any:
    from denoising.measures.status import STATUSES
    from denoising.report.texts import localised

    return localised(STATUSES[row["status"]].word, page.texts.languages)


COLUMNS = (
    Column("experiment", "title"),
    Column("seed", digits=0),
    Column("status", "text", write=_status),
    Column("data", "text"),
    Column("train_images", digits=0),
    Column("noise", "text"),
    Column("method", "text"),
    Column("batch_size", digits=0),
    Column("epochs", digits=0),
    Column("relative_error_first10", head="ours", digits=6),
    Column("relative_error", head="all", digits=6),
    Column("dead_positions", "of", head="dead", total="positions", digits=0),
    Column("live_error"),
    Column("predicted_error", head="predicted"),
    Column("psnr", digits=2),
    Column("ssim"),
    Column("val_loss", digits=5),
    Column("roughness", digits=4),
    Column("edge_ratio", digits=2),
    Column("train_seconds", "duration", head="seconds"),
)


def content(results: Results) -> list[Any]:
    """Return the table of runs, with what differs between them."""
    from denoising.files import records
    from denoising.measures.status import AVERAGED
    from denoising.report.tables import of_measures

    columns = COLUMNS + of_measures(results, "runs", COLUMNS)
    differing = results.differing(list(results.titles))
    rows = [
        {**row, **dict.fromkeys(("data", "train_images", "noise", "method", "batch_size"))}
        | differing[row["experiment"]]
        | {"class": "" if row["status"] in AVERAGED else "failed"}
        for row in records(results.runs)
    ]
    left_out = results.plan.get("left_out", [])
    found: list[Any] = []
    if left_out:
        runs = [f"{one['experiment']} seed {one['seed']}: {one['why']}" for one in left_out]
        found.append(Text(results.texts("runs.left_out", runs="; ".join(runs)), "note"))
    return [*found, Listing("runs", results.texts("runs.table"), columns, rows, "runs")]


SECTION = Section("runs", content, order=110)
