"""The pages: their sections in order, numbered, each written as one HTML file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

from denoising.files import columns_and_rows
from denoising.report import explorer, figure_data
from denoising.report.numbers import format_number, format_short
from denoising.report.results import Results
from denoising.report.section import DETAILS, MAIN, Beside, Listing, Part, Section
from denoising.report.tables import written
from denoising.report.texts import LANGUAGES, Texts

FILES = {MAIN: "report.html", DETAILS: "report-details.html"}  # beside each other
SCRIPTS = {MAIN: ("common.js", "main.js"), DETAILS: ("common.js", "details.js")}
NAMES = {"en": "English", "zh": "中文"}  # of the languages, in themselves


@dataclass(frozen=True)
class Page:
    """What stands in the page, and under which numbers."""

    results: Results
    parts: Sequence[Part]
    kind: str = DETAILS

    @property
    def other(self) -> str:
        """Name of the file of the other page."""
        return FILES[DETAILS if self.kind == MAIN else MAIN]

    @property
    def texts(self) -> Texts:
        """The page's texts."""
        return self.results.texts

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Numbers of the tables, by their names."""
        names = [one.name for one in listings(self.parts) if one.numbered]
        return {name: number for number, name in enumerate(names, start=1)}

    @cached_property
    def headings(self) -> dict[str, Any]:
        """Headings of the studies, by their names."""
        marked = {part.id: part.heading for part in self.parts if part.id.startswith("study-")}
        return {name.removeprefix("study-"): heading for name, heading in marked.items()}

    def cells(self, listing: Listing) -> dict[str, Any]:
        """Write a table's heads and cells."""
        return written(listing, self)


def built(results: Results, sections: Iterable[Section], kind: str = DETAILS) -> Page:
    """Ask every section of a page for its content; those that have none are left out."""
    own = [section for section in sections if section.page == kind]
    return Page(results, [part for section in own for part in _parts(results, section)], kind)


def _parts(results: Results, section: Section) -> list[Part]:
    found = list(section.content(results))
    if not found or isinstance(found[0], Part):
        return [replace(part, blocks=_filled(part.blocks)) for part in found]
    t, name = results.texts, section.name
    short = t(f"{name}.short") if t.has(f"{name}.short") else None
    return [Part(name, t(f"{name}.heading"), _filled(found), short)]


def _filled(blocks: Iterable[Any]) -> list[Any]:
    """Leave out tables without rows."""
    return [block for block in blocks if not isinstance(block, Listing) or block.rows]


def listings(parts: Iterable[Part]) -> Iterator[Listing]:
    """Yield the tables in the order of the page."""
    for part in parts:
        yield from _listings(part.blocks)


def _listings(blocks: Iterable[Any]) -> Iterator[Listing]:
    for block in blocks:
        if isinstance(block, Listing):
            yield block
        elif isinstance(block, Beside):
            yield from _listings(block.blocks)


def carried(page: Page, tables: Iterable[str]) -> dict[str, Any]:
    """Return what a page carries for its script; the details are an archive of all numbers.

    Parameters
    ----------
    page : Page
    tables : iterable of str
        Names of the declared tables; those that were made are carried.
    """
    results, texts = page.results, page.texts
    found = {
        "languages": texts.languages,
        "title": explorer.plain(texts("title" if page.kind == MAIN else "title_details")),
        "ui": {
            key: explorer.plain(texts(f"ui.{key}"))
            for key in texts.keys("ui")
            if key != "column_names"
        },
    }
    if page.kind == MAIN:
        return found
    return found | {
        "tables": {
            name: columns_and_rows(results.read(name)) for name in tables if results.has(name)
        },
        "figures": {
            number: figure_data.compact(results.figure_points(number)) for number in results.figures
        },
        "losses": explorer.losses(results),
        "images": explorer.explored(results),
    }


def render(page: Page, report: Path, tables: Iterable[str]) -> str:
    """Write the page; values are escaped, and an unknown name is an error.

    Parameters
    ----------
    page : Page
    report : Path
        The folder of templates, style and script.
    tables : iterable of str
        Names of the declared tables.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(report / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": format_number, "short": format_short}
    results = page.results
    context: Mapping[str, Any] = {
        "t": page.texts,
        "page": page,
        "results": results,
        "label": results.labels,
        "finished": len(results.runs),
        "expected": sum(results.plan["expected"].values()),
        "tags": LANGUAGES,
        "language_names": NAMES,
        "style": (report / "style.css").read_text(encoding="utf-8"),
        "script": "\n".join(
            (report / name).read_text(encoding="utf-8") for name in SCRIPTS[page.kind]
        ),
        "data": explorer.as_script(carried(page, tables)),
    }
    return environment.get_template("report.html.j2").render(context)
