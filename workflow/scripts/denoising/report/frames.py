"""What a task's screen shows of each experiment: losses, errors and digits of every run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from denoising.files import read_csv
from denoising.measures.metrics import FIRST
from denoising.report import curves, dots
from denoising.report.results import Results

MOST = 6  # experiments on one screen
MOST_RUNS = 20  # of an experiment


@dataclass(frozen=True)
class Run:
    """One run: its seed, its error, its paths, and the tile of its digit."""

    seed: int
    error: float
    validation: str
    training: str
    errors: str
    mean: float
    dead: str
    tile: str


@dataclass(frozen=True)
class Frame:
    """One experiment: its row of dots, its runs, and the axes that they share."""

    row: dots.Row
    title: Any
    figures: Sequence[str]
    runs: Sequence[Run]
    loss_top: float
    epochs: int
    error_top: float
    reported: float | None


def framed(results: Results, study: str) -> list[str]:
    """Name the experiments of a study that have frames."""
    names = dots.with_runs(results, results.plan["studies"][study]["experiments"])
    return names[:MOST] if results.writeup else dots.leading(results, names, MOST)


def frames(results: Results, study: str, titles: Mapping[str, Any]) -> list[Frame]:
    """Return the frames of a study's experiments, in the axes of its errors."""
    names, by = framed(results, study), dots.measure(results)
    folders = dict(zip(results.runs.index, results.folders, strict=True))
    errors = {
        run: read_csv(folders[run] / "images.csv")["relative_error"].to_numpy()[:FIRST]
        for name in names
        for run in dots.averaged(results, name, by).index[:MOST_RUNS]
    }
    finite = np.concatenate([one[np.isfinite(one)] for one in errors.values()] or [np.zeros(1)])
    top = float(f"{1.08 * max([*finite, 0.01]):.2g}")
    found = []
    for row in dots.rows(results, names, dots.Axis(0.0, top, ())):
        own = dots.averaged(results, row.name, by).iloc[:MOST_RUNS]
        histories = {run: _history(folders[run]) for run in own.index}
        values = [one for both in histories.values() for part in both for one in part]
        loss_top = float(
            f"{1.02 * max([one for one in values if np.isfinite(one)], default=1):.2g}"
        )
        runs = [
            Run(
                seed=int(about["seed"]),
                error=float(about[by]),
                training=curves.line(histories[run][0], loss_top),
                validation=curves.line(histories[run][1], loss_top),
                errors=curves.bars(errors[run], top),
                mean=round(curves.height(float(np.nanmean(errors[run])), top), 2),
                dead=_dead(about),
                tile=row.tile(number),
            )
            for number, (run, about) in enumerate(own.iterrows())
        ]
        found.append(
            Frame(
                row=row,
                title=titles[row.name],
                figures=_figures(results, row.name),
                runs=runs,
                loss_top=loss_top,
                epochs=max((len(both[1]) for both in histories.values()), default=0),
                error_top=top,
                reported=None
                if row.reported is None
                else round(curves.height(row.reported, top), 2),
            )
        )
    return found


def _history(folder: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return training and validation losses; empty where nothing is trained."""
    if not (folder / "history.csv").exists():
        return np.zeros(0), np.zeros(0)
    history = read_csv(folder / "history.csv")
    return history["loss"].to_numpy(), history["val_loss"].to_numpy()


def _dead(run: Mapping[str, Any]) -> str:
    """Write the number of dead positions, as 2/16; nothing where there is no lattice."""
    if not np.isfinite(run["positions"]):
        return ""
    return f"{run['dead_positions']:.0f}/{run['positions']:.0f}"


def _figures(results: Results, name: str) -> list[str]:
    """Return the numbers of the figures that draw an experiment alone."""
    return [
        one["number"]
        for one in results.plan["figures"]
        if one["section"] == "studies"
        and list(one["experiments"]) == [name]
        and one["name"] in ("loss", "error", "images", "experiment")
    ]
