"""The pages: their sections in order, numbered, each written as one HTML file."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from denoising.files import columns_and_rows
from denoising.report import explorer, figure_data
from denoising.report.numbers import format_number, format_short
from denoising.report.results import Results
from denoising.report.section import DETAILS, MAIN, Beside, Heading, Listing, Part, Section
from denoising.report.tables import written
from denoising.report.texts import LANGUAGES, Localised, Texts

FILES = {MAIN: "report.html", DETAILS: "report-details.html"}  # beside each other
SCRIPTS = {
    MAIN: ("common.js", "main.js"),
    DETAILS: ("common.js", "compare.js", "figures.js", "details.js"),
}
COMPARED = {  # what one page of this kind is held against another by (report/compare.js)
    "experiments": ("experiment", "measure", "median"),
    "claims": ("claim", "procedure", "verdict", "ours"),
}
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
        return [replace(part, blocks=_filled(part.blocks, part.id)) for part in found]
    t, name = results.texts, section.name
    short = t(f"{name}.short") if t.has(f"{name}.short") else None
    return [Part(name, t(f"{name}.heading"), _filled(found, name), short)]


def _filled(blocks: Iterable[Any], part: str) -> list[Any]:
    """Leave out tables without rows; give every heading an id that it can be linked to by."""
    known: set[str] = set()
    return [
        replace(block, id=_id(block.text, part, known))
        if isinstance(block, Heading) and block.id is None
        else block
        for block in blocks
        if not isinstance(block, Listing) or block.rows
    ]


def _id(text: Any, part: str, known: set[str]) -> str:
    first = next(iter(text.texts.values())) if isinstance(text, Localised) else text
    own = f"{part}-{slug(str(first))}"
    while own in known:
        own += "-"
    known.add(own)
    return own


def slug(text: str) -> str:
    """Return a text as an id: its letters and digits in lower case, all else a hyphen.

    Examples
    --------
    >>> slug("Other noise, and the seed’s")
    'other-noise-and-the-seed-s'
    """
    return "-".join(re.findall(r"\w+", Markup(text).striptags().lower()))


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
    """Return what a page carries for its script, and for another page's.

    The details are an archive of all numbers.

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
        compared = {name: columns for name, columns in COMPARED.items() if results.has(name)}
        return found | {
            "tables": {
                name: columns_and_rows(results.read(name)[list(columns)])
                for name, columns in compared.items()
            }
        }
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
