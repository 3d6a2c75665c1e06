"""The report's texts, and how numbers are written in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from denoising.config import read_yaml


@dataclass(frozen=True)
class Sentence:
    """A text of `report/texts/` by its key, and the values to put into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Texts:
    """The texts of one language; their values are escaped, they themselves may hold HTML."""

    def __init__(self, path: Path) -> None:
        self._texts = read_yaml(path)

    def __call__(self, key: str, **values: Any) -> Markup:
        """Return a text by its dotted key.

        Raises
        ------
        KeyError
            If there is no such text.
        """
        return Markup(self._find(key)).format(**values)

    def say(self, sentence: Sentence) -> Markup:
        """Return a computed sentence."""
        return self(sentence.key, **sentence.values)

    def items(self, key: str, **values: Any) -> list[Markup]:
        """Return a list of texts."""
        return [Markup(text).format(**values) for text in self._find(key)]

    def _find(self, key: str) -> Any:
        text: Any = self._texts
        for part in key.split("."):
            text = text[part]
        return text


def format_number(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Write a number with fixed digits; a missing one is an en dash."""
    if value is None or pd.isna(value):
        return "–"
    return f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def format_interval(low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """Write an interval as 0.411 … 0.532; one without ends is an en dash."""
    if pd.isna(low) or pd.isna(high):
        return "–"
    return f"{format_number(low, digits, sign)} … {format_number(high, digits, sign)}"


def format_p(value: float | None) -> str:
    """Write a p-value: 0.031, or < 0.001."""
    return "< 0.001" if value is not None and value < 0.001 else format_number(value)


def format_text(value: str | float | None) -> str:
    """Write a text of a table; a missing one is an en dash."""
    return "–" if pd.isna(value) else str(value)


def format_duration(seconds: float) -> str:
    """Write seconds as 45 s, 12 min 30 s or 1 h 05 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
