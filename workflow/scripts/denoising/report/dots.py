"""Runs as dots: a row an experiment, a dot a run, and the digit that the run restores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from denoising.evidence.replicates import completed
from denoising.report.explorer import COLUMNS, sprite, tile
from denoising.report.results import Results

ERROR = "relative_error_first10"  # what the write-up reports
ALL = "relative_error"  # over all test images: what studies of one's own are read by
MOST_ROWS = 8  # experiments, where none is of the write-up
NEAR = 2.2  # per cent of the axis: dots that are nearer stand above each other
LANES = 4


@dataclass(frozen=True)
class Dot:
    """A run: its seed, its error, its place along the axis (per cent) and its lane."""

    seed: int
    error: float
    place: float
    lane: int
    tile: int


@dataclass(frozen=True)
class Row:
    """An experiment: its dots, which of them is the middle one, and what was reported."""

    name: str
    title: Any
    dots: Sequence[Dot]
    middle: int
    median: float
    least: float
    most: float
    reported: float | None
    reported_place: float | None
    sprite: str
    noisy: str
    clean: str
    size: tuple[int, int]
    down: int
    """How many rows of tiles the sprite has."""

    def tile(self, number: int) -> str:
        """Return where a tile stands in the sprite, as a ``viewBox``."""
        rows, columns = self.size
        return f"{number % COLUMNS * columns} {number // COLUMNS * rows} {columns} {rows}"

    @property
    def sheet(self) -> tuple[int, int]:
        """Width and height of the sprite in pixels."""
        return COLUMNS * self.size[1], self.down * self.size[0]


def having_runs(results: Results) -> list[str]:
    """Name the experiments that could be shown: the write-up's, else all; those that have runs."""
    names = results.writeup or list(results.titles)
    return [name for name in names if len(averaged(results, name, measure(results)))]


def chosen(results: Results) -> list[str]:
    """Name the experiments that are shown: the write-up's, else at most `MOST_ROWS`.

    Of more, the largest group that can be compared is shown by its first and its best ones; if
    there is none so large, the first ones stand for all.
    """
    names = having_runs(results)
    if results.writeup or len(names) <= MOST_ROWS:
        return names
    alike = max(results.conditions(names).values(), key=len)
    if len(alike) <= MOST_ROWS:
        return names[:MOST_ROWS]
    errors = {name: averaged(results, name, ALL)[ALL].median() for name in alike[1:]}
    kept = {alike[0], *sorted(errors, key=errors.__getitem__)[: MOST_ROWS - 1]}
    return [name for name in alike if name in kept]


def measure(results: Results) -> str:
    """Name the error that runs are drawn by: the write-up's, or else that of all test images."""
    return ERROR if results.writeup else ALL


def averaged(results: Results, name: str, measure: str = ERROR) -> pd.DataFrame:
    """Return an experiment's runs that are in averages and have an error."""
    own = completed(results.runs[results.runs["experiment"] == name])
    return own.dropna(subset=[measure])


def axis(results: Results, names: Sequence[str], measure: str = ERROR) -> tuple[float, list[float]]:
    """Return the upper end of the axis of errors, which begins at 0, and its round values."""
    errors = pd.concat([averaged(results, name, measure)[measure] for name in names])
    reported = results.table.loc[names, "reported"].dropna()
    top = min(max([*errors, *reported]) * 1.06, 1.5)
    step = next(one for one in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if top / one <= 6)
    return top, [round(n * step, 3) for n in range(math.floor(top / step) + 1)]


def rows(results: Results, names: Sequence[str], top: float, measure: str = ERROR) -> list[Row]:
    """Return the rows of experiments that have runs; `top` ends their axis."""
    found = []
    for name in names:
        own = averaged(results, name, measure)
        places = [min(100.0, 100 * error / top) for error in own[measure]]
        sheets = _sheets(results, name, measure)
        dots = [
            Dot(int(seed), float(error), round(place, 2), lane, number)
            for number, (seed, error, place, lane) in enumerate(
                zip(own["seed"], own[measure], places, lanes(places), strict=True)
            )
        ]
        reported = results.table.loc[name, "reported"]
        known = pd.notna(reported)
        found.append(
            Row(
                name=name,
                title=results.titles[name],
                dots=dots,
                middle=int(own[measure].argsort(kind="stable").iloc[(len(own) - 1) // 2]),
                median=float(own[measure].median()),
                least=float(own[measure].min()),
                most=float(own[measure].max()),
                reported=float(reported) if known else None,
                reported_place=round(min(100.0, 100 * reported / top), 2) if known else None,
                **sheets,
                down=math.ceil(len(dots) / COLUMNS),
            )
        )
    return found


@cache
def _sheets(results: Results, name: str, measure: str) -> dict[str, Any]:
    """Return test image 0 of an experiment's runs: ``sprite``, ``noisy``, ``clean``, ``size``."""
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    found = [
        results.pictures(folders[run]).only([0]) for run in averaged(results, name, measure).index
    ]
    return {
        "sprite": sprite(np.stack([one.decoded[0] for one in found])),
        "noisy": sprite(np.stack([one.noisy[0] for one in found])),
        "clean": tile(found[0].clean[0]),
        "size": found[0].clean[0].shape[:2],
    }


def lanes(places: Sequence[float]) -> list[int]:
    """Put dots that would lie on each other into different lanes: 0 is the middle one.

    Parameters
    ----------
    places : sequence of float
        Per cent of the axis.

    Returns
    -------
    list of int
        0, 1, −1, 2, −2 …, at most `LANES` apart from the middle; then they lie on each other.
    """
    order = sorted(range(len(places)), key=lambda n: places[n])
    ends: dict[int, float] = {}
    found = [0] * len(places)
    tried = sorted(range(-LANES, LANES + 1), key=lambda lane: (abs(lane), -lane))
    for n in order:
        free = (lane for lane in tried if places[n] - ends.get(lane, -math.inf) >= NEAR)
        found[n] = next(free, 0)
        ends[found[n]] = places[n]
    return found
