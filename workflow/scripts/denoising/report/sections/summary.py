"""The summary: what was asked, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from denoising.report.section import Column, Listing, Section, Template, Text, of_all_images

if TYPE_CHECKING:
    from denoising.report.results import Results

# Sentences of the studies and of the lattice that are not for the summary, or alone are.
LEFT_OUT = ("results.one_seed", "results.one_seed_of", "results.best_of_all", "results.interval")
OF_LATTICE = ("lattice.by_count", "lattice.implied", "lattice.repaired", "lattice.repaired_all")
COLUMNS = (
    Column("title", "text", head="experiment"),
    Column("condition", "text", head="data"),
    Column("method", "text"),
    Column("reported", digits=6),
    Column("ours", digits=6, strong=True),
    Column("interval", "interval"),
    Column("range", "interval", ends=("min", "max")),
    Column("difference", sign=True),
    Column("all_images", head="all"),
    Column("dead_positions", "of", head="dead", total="positions", digits=1),
    Column("code_shape", "text", head="code"),
)


def content(results: Results) -> list[Any]:
    """Return pictures, the answers, and the table of the write-up's experiments, or else of all."""
    from denoising.report.explorer import strips
    from denoising.report.sentences.studies import summary_rows
    from denoising.report.texts import joined

    t = results.texts
    found: list[Any] = [Template("strip.html.j2", {"strips": strips(results)})]
    if not results.preview:
        found.append(Template("summary.html.j2", _answers(results)))
    rows = summary_rows(results)
    several = any(row["max"] is not None for row in rows)
    caption = t("summary.table" if several else "summary.table_one")
    columns = COLUMNS if results.writeup else of_all_images(COLUMNS)
    found.append(Listing("summary", caption, columns, rows, "experiments"))
    found.append(Text(joined("", _how_to_read(results, several)), "note"))
    if any(row["dead_positions"] == row["dead_positions"] for row in rows):
        found.append(Text(t("summary.dead"), "note"))
    return found


def _how_to_read(results: Results, several: bool) -> list[Any]:
    from denoising.measures.metrics import SSIM_WINDOW, ssim_window
    from denoising.measures.status import DIVERGED, LEFT_OUT, STATUSES
    from denoising.report.results import size
    from denoising.report.texts import joined, localised

    t = results.texts
    found = [t("summary.how_to_read", sizes=results.sizes())]
    found += [t("summary.black", **one) for one in results.black_images()]
    if several:
        found.append(t("summary.intervals"))
    words = (localised(STATUSES[name].word, t.languages) for name in LEFT_OUT)
    found.append(t("summary.left_out", statuses=joined(", ", words)))
    if results.runs["status"].eq(DIVERGED).any():
        found.append(t("summary.no_numbers"))
    shapes = dict.fromkeys(results.shape(name) for name in results.settings)
    windows = {size(shape): ssim_window(shape) for shape in shapes}
    found += [
        t("summary.ssim", size=text, window=window)
        for text, window in windows.items()
        if window < SSIM_WINDOW
    ]
    return found


def _answers(results: Results) -> Mapping[str, Any]:
    from denoising.report.parts import goals
    from denoising.report.sentences import claims, method
    from denoising.report.sentences.studies import studies

    t, runs = results.texts, results.runs
    every = studies(results)
    asked = [study for study in every if study["in_writeup"]] or every
    answers = [
        {
            "id": f"study-{study['name']}",
            "heading": study["heading"],
            "sentences": [one for one in study["sentences"] if one.key not in LEFT_OUT],
        }
        for study in asked
    ]
    answers += [
        {
            "id": f"study-{study['name']}",
            "heading": study["heading"],
            "sentences": goals.sentences(results, study["name"]),
        }
        for study in every
        if study["name"] in results.plan.get("goals", {})
    ]
    section = results.sections["lattice"].content(results)
    told = [one for block in section for one in getattr(block, "sentences", ())]
    if of_lattice := [one for one in told if one.key in OF_LATTICE]:
        answers.append({"id": "lattice", "heading": t("lattice.heading"), "sentences": of_lattice})
    stated = int(runs["experiment"].isin(results.writeup).sum())
    duration = t.duration(runs["train_seconds"].sum())
    scope = []
    if results.writeup:
        key = "summary.scope_changed" if results.changed_settings() else "summary.scope"
        numbers = len([n for n in results.writeup if n in results.first])
        scope.append(t(key, stated=stated, numbers=numbers, changes=results.changed_settings()))
    more = "summary.scope_all" if stated and stated < len(runs) else "summary.scope_alone"
    if not results.trained:
        more = "summary.scope_untrained"
    scope.append(t(more, runs=len(runs), duration=duration))
    one_seed = [
        one for study in every for one in study["sentences"] if one.key == "results.one_seed"
    ]
    verdicts = []
    if results.writeup:
        ledger = claims.judged_here(results.read("claims"), results.plan)
        verdicts = claims.verdict_sentences(ledger)
    return {
        "scope": scope,
        "method": method.in_short(results),
        "answers": answers,
        "one_seed": one_seed[:1],
        "verdicts": verdicts,
    }  # fmt: skip


SECTION = Section("summary", content, order=10)
