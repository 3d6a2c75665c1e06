"""The report as one short text: every answer and its table, for screen readers and language models.

It says nothing that the pages do not say, in their first language.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from denoising.report.numbers import format_number
from denoising.report.page import FILES, Page
from denoising.report.results import Results
from denoising.report.section import DETAILS, Listing, of_all_images
from denoising.report.sections.tasks import STATISTICS
from denoising.report.sentences import answers, claims
from denoising.report.sentences.studies import studies
from denoising.report.tables import written
from denoising.report.texts import in_language

LARGEST = 30_000  # bytes: about as much as a language model reads at once without losing the thread
ROWS = (30, 10, 5, 0)  # of a study's table: as many as fit


def markdown(results: Results, report: Path) -> str:
    """Write the report as Markdown.

    Parameters
    ----------
    results : Results
    report : Path
        The folder of the templates.

    Returns
    -------
    str
        At most `LARGEST` bytes, unless the sentences alone are more.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(report / "templates"),
        autoescape=False,  # it is no HTML; texts that are lose their tags
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "plain": partial(plain, language=results.texts.languages[0]),
        "number": format_number,
    }
    template = environment.get_template("report.md.j2")
    every = studies(results)
    context = {
        "t": results.texts,
        "results": results,
        "finished": len(results.runs),
        "expected": sum(results.plan["expected"].values()),
        "lines": [] if results.preview else answers.lines(results) + answers.beyond(results),
        "claims": _claims(results),
        "every": every,
        "files": FILES,
    }
    for most in ROWS:
        tables = {study["name"]: _table(results, study, most) for study in every}
        text = template.render(context, tables=tables)
        if len(text.encode()) <= LARGEST:
            break
    return text


def plain(text: Any, language: str) -> str:
    """Return a text of the page in one language, without tags.

    Examples
    --------
    >>> plain(Markup("<b>k</b> &lt; 3 | 4"), "en")
    'k < 3 / 4'
    """
    return Markup(in_language(text, language)).striptags().replace("|", "/")


def _claims(results: Results) -> Sequence[dict[str, Any]]:
    if not results.writeup or results.preview:
        return []
    return claims.short_rows(claims.judged_here(results.read("claims"), results.plan), results)


def _table(results: Results, study: dict[str, Any], most: int) -> dict[str, Any]:
    """Write the best rows of a study's table: heads, rows of cells, and how many are left out."""
    titles = results.titles_in(study["name"])
    rows = [{**row, "title": titles[row["experiment"]]} for row in study["rows"]]
    if len(rows) > most:
        known = [row for row in rows if row["ours"] is not None]
        rows = sorted(known, key=lambda row: row["ours"])[:most]
    columns = STATISTICS if study["in_writeup"] else of_all_images(STATISTICS)
    cells = written(Listing(study["name"], "", columns, rows), Page(results, [], DETAILS))
    return {
        "heads": [head["text"] for head in cells["heads"]],
        "rows": [[cell["text"] for cell in row["cells"]] for row in cells["rows"]],
        "more": len(study["rows"]) - len(rows),
    }
