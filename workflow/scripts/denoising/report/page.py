"""The HTML report's tables, figures and facts; how they look stands in `report/templates/`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from denoising.report.numbers import (
    format_duration,
    format_interval,
    format_number,
    format_of,
    format_p,
    format_share,
    format_short,
    format_text,
)
from denoising.report.texts import Texts


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Number the report's tables, from 1."""
    return {name: number for number, name in enumerate(names, start=1)}


def render(templates: Path, texts: Texts, context: Mapping[str, Any]) -> str:
    """Fill in the templates; values are escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": format_number,
        "of": format_of,
        "share": format_share,
        "duration": format_duration,
        "p": format_p,
        "text": format_text,
        "short": format_short,
    }
    environment.globals["interval"] = format_interval
    return environment.get_template("report.html.j2").render(t=texts, **context)
