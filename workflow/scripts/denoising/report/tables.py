"""Tables of the page: what their cells say."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from denoising.report.numbers import (
    MISSING,
    format_interval,
    format_number,
    format_of,
    format_p,
    format_share,
    format_text,
)
from denoising.report.section import Column, Listing
from denoising.report.texts import Localised

Row = Mapping[str, Any]


def _duration(column: Column, value: Any, row: Row, page: Any) -> Any:
    return MISSING if pd.isna(value) else page.texts.duration(value)


def _interval(column: Column, value: Any, row: Row, page: Any) -> str:
    low, high = (row[end] for end in column.ends)
    return format_interval(low, high, column.digits, column.sign)


def _title(column: Column, value: Any, row: Row, page: Any) -> Any:
    return page.results.titles.get(value, value)


def _word(column: Column, value: Any, row: Row, page: Any) -> Any:
    if pd.isna(value):
        return MISSING
    return page.texts(column.words + str(value).replace(" ", "_"))


def _measured(column: Column, value: Any, row: Row, page: Any) -> str:
    return format_number(value, page.results.measures[column.key]["digits"])


def _measure(column: Column, value: Any, row: Row, page: Any) -> Any:
    found = page.results.measures.get(value)
    return found["head"] if found else page.texts(f"measures.{value}")


def _text(column: Column, value: Any, row: Row, page: Any) -> Any:
    return value if hasattr(value, "__html__") else format_text(value)


FORMATS: dict[str, Callable[[Column, Any, Row, Any], Any]] = {
    "text": _text,
    "number": lambda column, value, row, page: format_number(value, column.digits, column.sign),
    "interval": _interval,
    "share": lambda column, value, row, page: format_share(value, column.digits),
    "of": lambda column, value, row, page: format_of(value, row[column.total], column.digits),
    "p": lambda column, value, row, page: format_p(value),
    "duration": _duration,
    "title": _title,
    "measured": _measured,
    "measure": _measure,
    "word": _word,
}
LONG = 48  # characters: what is longer goes on in a new line
TEXTS = ("text", "title", "word", "measure")  # the others are numbers: they stand at the right


def written(listing: Listing, page: Any) -> dict[str, Any]:
    """Write a table's heads and cells.

    Parameters
    ----------
    listing : Listing
    page : denoising.report.page.Page

    Returns
    -------
    dict
        ``heads``: each ``text`` and ``kind``, a class of the style sheet; ``rows``: each ``kind``
        and ``cells``, these with ``text``, ``kind`` and ``value`` (what a duration is sorted by).
    """
    columns, cells = [], []
    for position, column in enumerate(listing.columns):
        own = [_cell(column, row, page) for row in listing.rows]
        if position == 0 or not all(str(cell) in (MISSING, "") for cell in own):
            columns.append(column)
            cells.append(own)
    heads = [
        {
            "text": _head(column, page),
            "kind": "" if _is_text(column) else "n",
        }
        for column in columns
    ]
    rows = [
        {
            "kind": row.get("class", ""),
            "cells": [
                {
                    "text": own[number],
                    "kind": _kind(column, own),
                    "value": row[column.key] if column.format == "duration" else None,
                }
                for column, own in zip(columns, cells, strict=True)
            ],
        }
        for number, row in enumerate(listing.rows)
    ]
    return {"heads": heads, "rows": rows}


def of_measures(results: Any, table: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns of the measures that name a table and are not in it yet."""
    known = {column.key for column in columns}
    return tuple(
        Column(name, "measured")
        for name, measure in results.measures.items()
        if table in measure["tables"] and name not in known
    )


def _head(column: Column, page: Any) -> Any:
    if column.title:
        return column.title
    if column.format == "measured":
        return page.results.measures[column.key]["head"]
    return page.texts(f"columns.{column.head or column.key}")


def _cell(column: Column, row: Row, page: Any) -> Any:
    if column.write is not None:
        return column.write(row, page)
    return FORMATS[column.format](column, row.get(column.key), row, page)


def _is_text(column: Column) -> bool:
    return column.format in TEXTS


def _kind(column: Column, cells: Sequence[Any]) -> str:
    long = column.format in ("text", "title") and any(_length(cell) > LONG for cell in cells)
    kinds = {"n": not _is_text(column), "strong": column.strong, "wrap": column.wrap or long}
    return " ".join(kind for kind, wanted in kinds.items() if wanted)


def _length(cell: Any) -> int:
    each = cell.texts.values() if isinstance(cell, Localised) else [cell]
    return max(len(str(one)) for one in each)


def code(text: Any) -> Markup:
    """Return a text as code."""
    return Markup("<code>{}</code>").format(escape(text))
