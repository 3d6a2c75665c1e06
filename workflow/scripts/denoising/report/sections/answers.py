"""The first screen of the page: what was asked, what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Section, Template

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return a line a question, beside the figure of all runs."""
    from denoising.report import dots
    from denoising.report.frames import framed
    from denoising.report.sentences import answers

    names, count = dots.chosen(results), len(dots.told(results))
    if not names:
        return []
    axis = dots.axis(results, names)
    rows = dots.rows(results, names, axis)
    lines = answers.lines(results)
    below = [name for line in lines for name in framed(results, line.study)]
    of = "answers.first_ten" if dots.measure(results) == dots.ERROR else "answers.all_images"
    values = {
        "lines": [] if results.preview else lines,
        "today": None if results.preview else answers.best_today(results, names),
        "rows": rows,
        "below": dots.rows(
            results, [one for one in dict.fromkeys(below) if one not in names], axis
        ),
        "of": results.texts(of),
        "shown": {"shown": len(names), "count": count} if len(names) < count else None,
        "ticks": [(one, axis.place(float(one))) for one in axis.ticks],
    }
    return [Template("answers.html.j2", values)]


SECTION = Section("answers", content, order=1, page=MAIN)
