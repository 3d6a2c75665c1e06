"""What a measure is, and how one is registered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd  # takes long to import; titles and units are read without it

Text = Mapping[str, str]  # language → text

LOWER, HIGHER = "lower", "higher"


@dataclass(frozen=True)
class Measure:
    """One measure of a run.

    Attributes
    ----------
    name : str
        Its key in ``metrics.json``, its column in ``runs.csv`` and ``images.csv``.
    compute : callable
        Of a measure per image ``(clean, decoded) -> (N,) values``, whose mean is the run's; else
        ``(Measured) -> number``, or None where the run has none.
    per_image : bool
    unit : str
        Such as ``dB``; empty for a plain number.
    digits : int
        Behind the point, where the page shows it.
    better : str or None
        ``lower`` or ``higher``.
    head, title : mapping
        Language → the head of its column, and what it is in one sentence.
    tables : tuple of str
        Where it stands: ``runs``, ``experiments``, ``comparisons``.
    kept : int
        Of a measure per image: significant digits in ``images.csv``; 0 where it is not in it.
        Three digits of 10,000 images are 11 of the 20 kB that a run takes in an archive, four 20.
    always : bool
        Whether also a diverged run has it.
    """

    name: str
    compute: Callable[..., Any]
    per_image: bool
    unit: str
    digits: int
    better: str | None
    head: Text
    title: Text
    tables: tuple[str, ...]
    kept: int
    always: bool


@dataclass(frozen=True)
class Measured:
    """What a measure of a run may look at.

    Attributes
    ----------
    clean, noisy, decoded : ndarray of float32, shape (N, rows, columns, channels)
        The test images, and what the method made of them.
    images : DataFrame
        All measures per image; a row an image.
    other : ndarray of float32
        What the method made of the first ten under another draw of the noise.
    history : DataFrame or None
        ``loss`` and ``val_loss``, a row an epoch, where there was a training.
    unchanged : bool
        Whether a training left every weight as it was.
    held_out : pair of ndarray or None
        Clean and decoded training images that were held out, where there are some.
    """

    clean: np.ndarray
    noisy: np.ndarray
    decoded: np.ndarray
    images: "pd.DataFrame"
    other: np.ndarray
    history: "pd.DataFrame | None" = None
    unchanged: bool = False
    held_out: tuple[np.ndarray, np.ndarray] | None = None


@dataclass
class Measures:
    """All measures by name, in the order of their registration."""

    found: dict[str, Measure] = field(default_factory=dict)

    def register(
        self,
        name: str,
        *,
        head: Text,
        title: Text,
        per_image: bool = False,
        unit: str = "",
        digits: int = 3,
        better: str | None = None,
        tables: tuple[str, ...] = ("runs",),
        kept: int = 3,
        always: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a function as a measure; see `Measure`."""

        def add(compute: Callable[..., Any]) -> Callable[..., Any]:
            if name in self.found:
                raise ValueError(f"the measure '{name}' is registered twice")
            self.found[name] = Measure(
                name, compute, per_image, unit, digits, better, head, title, tables, kept, always
            )
            return compute

        return add

    def of(self, table: str) -> list[Measure]:
        """List the measures that stand in a table."""
        return [measure for measure in self.found.values() if table in measure.tables]
