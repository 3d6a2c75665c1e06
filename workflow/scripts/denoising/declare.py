"""How a table, a figure or a section of the page is declared: as data, once, and read by all.

Declarations name their functions as ``module:function``: the Snakefile reads what there is
without importing what computes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from denoising.files import read_csv, read_json

if TYPE_CHECKING:  # the Snakefile reads declarations: nothing heavy is imported here
    import pandas as pd

Words = Mapping[str, Any]  # language → texts, as in report/texts/


@dataclass(frozen=True)
class Table:
    """A table of ``results/tables/<name>.csv``.

    Attributes
    ----------
    name : str
        Letters, digits and underscores.
    compute : str
        ``module:function`` that takes `Inputs` and returns a DataFrame.
    tables : tuple of str
        Other tables that it reads.
    facets : tuple of str
        What it reads of the plan (`denoising.config.plan`): it is made anew when these change.
    digits : int, optional
        Significant ones that numbers are written with; None: all.
    data : str
        A file that it reads of each slice of data in the facet ``slices``; empty if none.
    of : str
        A facet of the plan; where it is empty there is no such table.
    """

    name: str
    compute: str
    tables: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    digits: int | None = 6
    data: str = ""
    of: str = ""


@dataclass(frozen=True)
class Figure:
    """A kind of figure: ``results/figures/<number>.svg``, ``.png`` and ``.csv`` (its data).

    Attributes
    ----------
    name : str
    draw : str
        ``module:function`` that takes `Inputs` and returns a matplotlib figure.
    tables, facets
        As of a `Table`.
    """

    name: str
    draw: str
    tables: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """What a table's or figure's function may read.

    Attributes
    ----------
    results : Path
        Folder of all results.
    facets : mapping
        Facet of the plan → its content.
    drawn : mapping
        Of a figure: the experiments that it draws → the seeds of their runs.
    """

    results: Path
    facets: Mapping[str, Any] = field(default_factory=dict)
    drawn: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def table(self, name: str) -> "pd.DataFrame":
        """Read one of the tables."""
        return read_csv(self.results / "tables" / f"{name}.csv")

    @cached_property
    def runs(self) -> "pd.DataFrame":
        """The table of all runs."""
        return self.table("runs")

    def folder(self, experiment: str, seed: int) -> Path:
        """Return the folder of a run."""
        return self.results / "runs" / experiment / f"seed-{seed}"

    def csv(self, experiment: str, seed: int, name: str) -> "pd.DataFrame":
        """Read a CSV file of a run."""
        return read_csv(self.folder(experiment, seed) / name)

    def json(self, experiment: str, seed: int, name: str) -> Any:
        """Read a JSON file of a run."""
        return read_json(self.folder(experiment, seed) / name)


def function(name: str) -> Callable[[Inputs], Any]:
    """Import a declaration's function."""
    return resolve_name(name)
