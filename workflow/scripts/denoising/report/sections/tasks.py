"""The write-up's questions, a screen each, in one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Column, Listing, Part, Section, Template, of_all_images

if TYPE_CHECKING:
    from denoising.report.results import Results

STATISTICS = (
    Column("title", "text", head="experiment"),
    Column("reported", digits=6),
    Column("ours", digits=6),
    Column("interval", "interval"),
    Column("range", "interval", ends=("min", "max")),
    Column("all_images", head="all"),
    Column("dead_positions", "of", head="dead", total="positions", digits=1),
    Column("code_shape", "text", head="code"),
)


def content(results: Results) -> list[Any]:
    """Return a part a question: task, answer, the median runs, statistics."""
    from denoising.report.dots import with_runs
    from denoising.report.frames import frames
    from denoising.report.sentences import answers
    from denoising.report.sentences.studies import studies

    told = {line.study: line for line in answers.lines(results)}
    every = {study["name"]: study for study in studies(results)}
    parts = []
    for name, line in told.items():
        study, titles = every[name], results.titles_in(name)
        rows = [{**row, "title": titles[row["experiment"]]} for row in study["rows"]]
        own = frames(results, name, titles)
        count = len(with_runs(results, study["experiments"]))
        values = {
            "study": name,
            "question": study.get("question"),
            "sentences": [] if results.preview else line.sentences,
            "frames": own,
            "shown": {"shown": len(own), "count": count} if len(own) < count else None,
            "lost": study["in_writeup"] and not parts,  # said once
        }
        columns = STATISTICS if study["in_writeup"] else of_all_images(STATISTICS)
        table = Listing(
            f"task-{name}", results.texts("tasks.statistics"), columns, rows, numbered=False
        )
        short = f"{name})" if study["in_writeup"] else study["heading"]
        blocks = [Template("task.html.j2", {**values, "table": table})]
        parts.append(Part(f"task-{name}", study["heading"], blocks, short))
    return parts


SECTION = Section("tasks", content, order=3, page=MAIN)
