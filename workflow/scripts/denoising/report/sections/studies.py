"""The studies: a part of the page each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import (
    Column,
    Drawing,
    Listing,
    Part,
    Section,
    Statement,
    Text,
    of_all_images,
)

if TYPE_CHECKING:
    from denoising.report.results import Results


def _seeds(row: Mapping[str, Any], page: Any) -> str:
    text = str(row["seeds"] - row["failed"])
    if row["failed"]:
        text += f" (−{row['failed']})"
    return text + (f"/{row['expected']}" if row["seeds"] < row["expected"] else "")


EXPERIMENTS = (
    Column("title", "text", head="experiment"),
    Column("condition", "text", head="data"),
    Column("method", "text"),
    Column("seeds", write=_seeds),
    Column("reported", digits=6),
    Column("ours", digits=6, strong=True),
    Column("interval", "interval"),
    Column("sd", digits=4),
    Column("mean"),
    Column("all_images", head="all"),
    Column("live_error"),
    Column("dead_positions", "of", head="dead", total="positions", digits=1),
    Column("share_under_limit", "share", head="under_limit", digits=1),
    Column("psnr", digits=1),
    Column("ssim"),
)
# Measures that stand under another name in these columns, or that none needs beside them.
ELSEWHERE = (
    Column("relative_error_first10"),
    Column("relative_error"),
    Column("val_loss"),
)
LOSS = (Column("val_loss", digits=4),)
CODES = (
    Column("side_ratio", "text"),
    Column("code_elements", digits=0),
    Column("input_share", digits=2),
)
# What others than the write-up's studies show, too: what was chosen, and what it costs.
COST = (
    Column("chosen", "text", wrap=True),
    Column("seconds", "duration"),
    Column("each", digits=2),
)
MOST_ROWS = 30  # of a study's table
BEST_ROWS, WORST_ROWS = 10, 3  # of more than these


def _error(row: Mapping[str, Any]) -> float:
    return row["all_images"]


def _pair(row: Mapping[str, Any], page: Any) -> Any:
    from denoising.report.texts import joined

    return joined(" − ", [page.results.titles[row["a"]], page.results.titles[row["b"]]])


COMPARISONS = (
    Column("pair", "text", write=_pair),
    Column("measure", "measure"),
    Column("count", head="pairs", digits=0),
    Column("difference", head="median_difference", digits=4, sign=True, strong=True),
    Column("interval", "interval", digits=4, sign=True),
    Column("superiority", digits=2),
    Column("p_holm", "p"),
    Column("verdict", "word", words="comparisons.verdicts."),
)
ALTERNATIVES = (
    Column("experiment", "title"),
    Column("dead", "of", head="equal_k", total="positions", digits=0),
    Column("share", "share", digits=0),
    Column("error", head="law_error", strong=True),
    Column("interval", "interval"),
    Column("distance", sign=True),
)


def _caption(several: bool, in_writeup: bool) -> str:
    return ("table" if several else "table_one") + ("" if in_writeup else "_all")


def content(results: Results) -> list[Any]:
    """Return a part a study."""
    import pandas as pd

    from denoising.report.parts import by_image, goals, transfer, tuning
    from denoising.report.sentences.studies import studies
    from denoising.report.tables import of_measures
    from denoising.report.texts import joined

    t, parts = results.texts, []
    for study in studies(results):
        name, blocks = study["name"], []
        if "question" in study:
            lead = t("results.question" if study["in_writeup"] else "results.own_question")
            blocks.append(
                Text(t("results.asked", lead=lead, question=study["question"]), "question")
            )
        blocks += goals.blocks(results, name)
        blocks.append(Statement(study["sentences"] + study["comparison_sentences"]))
        columns = EXPERIMENTS + (CODES if "error_limit" in study else LOSS)
        columns = columns if study["in_writeup"] else of_all_images(columns)
        columns += of_measures(results, "experiments", (*columns, *ELSEWHERE))
        columns += () if study["in_writeup"] else COST
        rows = study["rows"]
        several = any(row["mean"] is not None for row in rows)
        caption = t(f"results.{_caption(several, study['in_writeup'])}")
        live = any(pd.notna(row["live_error"]) for row in rows)
        if live:
            caption = joined("", [caption, t("results.live_error")])
        if len(rows) > MOST_ROWS:
            ranked = sorted((row for row in rows if row["all_images"] is not None), key=_error)
            rows = [*ranked[:BEST_ROWS], *ranked[BEST_ROWS:][-WORST_ROWS:]]
            many = t("results.best_rows", best=BEST_ROWS, worst=WORST_ROWS, all=len(ranked))
            caption = joined(" ", [caption, many]) if len(ranked) > len(rows) else caption
        blocks.append(Listing(f"study-{name}", caption, columns, rows, "experiments"))
        blocks += transfer.blocks(results, name) + tuning.blocks(results, name)
        if study["comparisons"]:
            caption, rows = t("comparisons.table"), study["comparisons"]
            if live:
                caption = joined("", [caption, t("comparisons.live_error")])
            blocks.append(Listing(f"comparisons-{name}", caption, COMPARISONS, rows, "comparisons"))
        blocks += by_image.blocks(results, name)
        if study["alternatives"]:
            caption, rows = t("equal_k.table"), study["alternatives"]
            blocks += [
                Statement(study["alternatives_sentences"]),
                Listing(f"alternatives-{name}", caption, ALTERNATIVES, rows, "alternatives"),
            ]
        blocks += map(Drawing, results.figures_of("studies", name))
        parts.append(Part(f"study-{name}", study["heading"], blocks))
    return parts


SECTION = Section("studies", content, order=40, chapter=2)
