"""Runs as dots: a row an experiment, a dot a run, and the digit that the run restores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from denoising.evidence.experiments import ALL_ERROR, ERROR
from denoising.evidence.replicates import completed
from denoising.report.explorer import COLUMNS, sprite, tile
from denoising.report.results import Results

MOST_ROWS = 8  # experiments, where none is of the write-up
STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # between the values of an axis
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


@dataclass(frozen=True)
class Axis:
    """An axis of errors: both of its ends, and the round values between them."""

    bottom: float
    top: float
    ticks: Sequence[str]

    def place(self, error: float) -> float:
        """Return where an error stands, in per cent from the bottom; at the ends what is beyond."""
        place = 100 * (error - self.bottom) / (self.top - self.bottom)
        return round(min(100.0, max(0.0, place)), 2)


def with_runs(results: Results, names: Sequence[str]) -> list[str]:
    """Return those of the experiments that have runs with an error."""
    return [name for name in names if len(averaged(results, name, measure(results)))]


def told(results: Results) -> list[str]:
    """Name the experiments that the first screen is about: the write-up's, or else all."""
    return with_runs(results, results.writeup or list(results.titles))


def chosen(results: Results) -> list[str]:
    """Name the experiments that the first screen draws."""
    names = told(results)
    return names if results.writeup else leading(results, names, MOST_ROWS)


def leading(results: Results, names: Sequence[str], most: int) -> list[str]:
    """Name `most` of the experiments: the first of those that can be compared, and the best.

    Where fewer than `most` can be compared with each other, the first ones stand for all.
    """
    if len(names) <= most:
        return list(names)
    alike = max(results.conditions(names).values(), key=len)
    if len(alike) <= most:
        return list(names[:most])
    errors = {name: averaged(results, name, ALL_ERROR)[ALL_ERROR].median() for name in alike[1:]}
    kept = {alike[0], *sorted(errors, key=errors.__getitem__)[: most - 1]}
    return [name for name in alike if name in kept]


def measure(results: Results) -> str:
    """Name the error that runs are drawn by: the write-up's, or else that of all test images."""
    return ERROR if results.writeup else ALL_ERROR


def averaged(results: Results, name: str, measure: str = ERROR) -> pd.DataFrame:
    """Return an experiment's runs that are in averages and have an error."""
    own = completed(results.runs[results.runs["experiment"] == name])
    return own.dropna(subset=[measure])


def axis(results: Results, names: Sequence[str]) -> Axis:
    """Return the axis of all errors: from 0, unless all of them lie in its upper half."""
    by = measure(results)
    errors = pd.concat([averaged(results, name, by)[by] for name in names])
    reported = results.table.loc[names, "reported"].dropna()
    least, most = min([*errors, *reported]), min(max([*errors, *reported]), 1.42)
    begin = least if least > most / 2 else 0.0
    room = 0.06 * max(most - begin, 0.01)
    top = most + room
    bottom = max(0.0, begin - room)
    step = next(one for one in STEPS if (top - bottom) / one <= 6)
    first, last = math.ceil(bottom / step), math.floor(top / step)
    digits = len(f"{step:g}") - len("0.")
    return Axis(bottom, top, [f"{n * step:.{digits}f}" for n in range(first, last + 1)])


def rows(results: Results, names: Sequence[str], axis: Axis) -> list[Row]:
    """Return the rows of experiments that have runs, along an axis."""
    found, by = [], measure(results)
    for name in names:
        own = averaged(results, name, by)
        places = [axis.place(error) for error in own[by]]
        sheets = _sheets(results, name, by)
        dots = [
            Dot(int(seed), float(error), place, lane, number)
            for number, (seed, error, place, lane) in enumerate(
                zip(own["seed"], own[by], places, lanes(places), strict=True)
            )
        ]
        reported = results.table.loc[name, "reported"]
        known = pd.notna(reported)
        found.append(
            Row(
                name=name,
                title=results.titles[name],
                dots=dots,
                middle=int(own[by].argsort(kind="stable").iloc[(len(own) - 1) // 2]),
                median=float(own[by].median()),
                least=float(own[by].min()),
                most=float(own[by].max()),
                reported=float(reported) if known else None,
                reported_place=axis.place(reported) if known else None,
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
