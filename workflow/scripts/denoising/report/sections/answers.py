"""The first screen of the page: what was asked, what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from denoising.report.section import MAIN, Section, Template

if TYPE_CHECKING:
    from denoising.report.results import Results


def content(results: Results) -> list[Any]:
    """Return a line a question, beside the figure of all runs."""
    from denoising.report import dots
    from denoising.report.sentences import answers

    names = dots.chosen(results)
    if not names:
        return []
    count = len(dots.having_runs(results))
    measure = dots.measure(results)
    top, ticks = dots.axis(results, names, measure)
    values = {
        "lines": [] if results.preview else answers.lines(results),
        "today": None if results.preview else answers.best_today(results, names),
        "rows": dots.rows(results, names, top, measure),
        "of": results.texts("answers.first_ten" if measure == dots.ERROR else "answers.all_images"),
        "shown": {"shown": len(names), "count": count} if len(names) < count else None,
        "ticks": [(one, round(100 * one / top, 2)) for one in ticks],
    }
    return [Template("answers.html.j2", values)]


SECTION = Section("answers", content, order=1, page=MAIN)
