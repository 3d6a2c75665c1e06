"""Figures of experiments and studies: losses, errors, images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from denoising.figures.style import (
    COLOURS,
    MARKERS,
    RUN,
    UNLISTED,
    WIDTH,
    lattice_of,
    listed,
    picture_of,
)
from denoising.files import read_json

HEADROOM = 1.08  # of an axis above its highest value


FIRST = 10


@dataclass(frozen=True)
class Drawn:
    """What is drawn of one run."""

    title: str
    seed: int
    loss: str
    history: pd.DataFrame  # epoch, loss, val_loss
    errors: np.ndarray  # relative error of each test image
    original: np.ndarray  # first test image, (rows, columns), in [0, 1]
    noisy: np.ndarray
    denoised: np.ndarray
    lattice: np.ndarray  # relative error of each lattice position, (rows, columns)
    dead: int
    reported: float | None


def experiment_figure(runs: Sequence[Drawn], kind: str) -> Figure:
    """Draw one experiment as the write-up does.

    Parameters
    ----------
    runs : sequence of Drawn
        Its runs, one a seed; images are those of the first.
    kind : str
        ``loss``, ``error``, ``images``, or ``experiment`` for the three in one.
    """
    if kind == "loss":
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        _loss(figure.subplots(), runs)
    elif kind == "error":
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        _errors(figure.subplots(), runs)
    elif kind == "images":
        figure = Figure(figsize=(8.2, 2.5), layout="constrained")
        _images(list(figure.subplots(1, 4)), runs[0])
    else:
        figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(3, 2.4))
        left, right = top.subplots(1, 2)
        _loss(left, runs)
        _errors(right, runs)
        _images(list(bottom.subplots(1, 4)), runs[0])
    return figure


def lines_of_runs(
    axes: Axes, runs: Sequence[tuple[Sequence[float], Sequence[float]]], label: str, **style: Any
) -> None:
    """Draw a line a run, and above them a bold one of their mean over the points all have."""
    if len(runs) == 1:
        axes.plot(*runs[0], label=label, **style)
        return
    for number, (x, y) in enumerate(runs, start=1):
        thin = {**style, "marker": "", "linewidth": 0.7, "alpha": 0.45}
        axes.plot(x, y, **thin, label=label, gid=f"{RUN}{number}")
    shortest = min((x for x, _ in runs), key=len)
    mean = np.mean([np.asarray(y)[: len(shortest)] for _, y in runs], axis=0)
    axes.plot(shortest, mean, label=label, **style, linewidth=2.2)


def _loss(axes: Axes, runs: Sequence[Drawn]) -> None:
    for column, label, style in (
        ("loss", "training", {"color": COLOURS[1], "linestyle": "--"}),
        ("val_loss", "validation", {"color": COLOURS[0]}),
    ):
        curves = [(run.history["epoch"], run.history[column]) for run in runs]
        lines_of_runs(axes, curves, label, **style)
    axes.set(title="Loss", xlabel="epoch", ylabel=runs[0].loss.replace("_", " "))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(*listed(axes))


def _errors(axes: Axes, runs: Sequence[Drawn]) -> None:
    errors = [(range(FIRST), run.errors[:FIRST]) for run in runs]
    label = "each seed; bold: their mean" if len(runs) > 1 else "each image"
    lines_of_runs(axes, errors, label, color=COLOURS[0], marker=MARKERS[0])
    average = np.mean([run.errors[:FIRST].mean() for run in runs])
    axes.axhline(average, color=COLOURS[1], linewidth=1.2, linestyle=":", label="average")
    axes.set(
        title="Relative error of test images 0–9", xlabel="test image", ylabel="relative error"
    )
    axes.set_xticks(range(FIRST))
    axes.set_ylim(0, _top(runs))
    axes.legend(*listed(axes), loc="lower right")


def _top(runs: Sequence[Drawn]) -> float:
    """Upper end of an axis of relative errors; a diverged run has none."""
    errors = np.concatenate([run.errors[:FIRST] for run in runs])
    return HEADROOM * max(errors[np.isfinite(errors)], default=1)


def _images(axes: Sequence[Axes], run: Drawn) -> None:
    pictures = {"original": run.original, "noisy": run.noisy, "denoised": run.denoised}
    for one, (title, picture) in zip(axes, pictures.items(), strict=False):
        picture_of(one, picture)
        one.set_title(title)
    lattice_of(axes[-1], run.lattice)
    axes[-1].set_title(f"dead positions: {run.dead} of {run.lattice.size}")


def study_figure(experiments: Sequence[Sequence[Drawn]]) -> Figure:
    """Draw all experiments of a study in the same axes: loss, errors, and ours beside reported.

    Parameters
    ----------
    experiments : sequence of sequences of Drawn
        The runs of each experiment.
    """
    figure = Figure(figsize=(WIDTH, 6.4), layout="constrained")
    grid = figure.add_gridspec(2, 2)
    losses, errors = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    means = figure.add_subplot(grid[1, :])
    same_loss = len({runs[0].loss for runs in experiments}) == 1
    for position, runs in enumerate(experiments):
        style = {"color": COLOURS[position % 7]}
        curves = [
            (
                run.history["epoch"],
                run.history["val_loss"] / (1 if same_loss else run.history["val_loss"].iloc[0]),
            )
            for run in runs
        ]
        lines_of_runs(losses, curves, runs[0].title, **style)
        points = [(range(FIRST), run.errors[:FIRST]) for run in runs]
        lines_of_runs(errors, points, runs[0].title, marker=MARKERS[position % 7], **style)
        _reported_and_ours(means, position, runs)
    ylabel = experiments[0][0].loss.replace("_", " ") if same_loss else "loss / loss of epoch 1"
    losses.set(title="Validation loss", xlabel="epoch", ylabel=ylabel)
    losses.xaxis.set_major_locator(MaxNLocator(integer=True))
    losses.legend(*listed(losses))
    errors.set(title="Relative error of test images 0–9", xlabel="test image")
    errors.set_ylim(0, _top([run for runs in experiments for run in runs]))
    errors.set_xticks(range(FIRST))
    means.set(title="Average relative error of test images 0–9")
    means.set_yticks(range(len(experiments)), [runs[0].title for runs in experiments])
    means.set_ylim(len(experiments) - 0.5, -0.5)
    means.set_xlim(left=0)
    means.legend(*listed(means), loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _reported_and_ours(axes: Axes, position: int, runs: Sequence[Drawn]) -> None:
    ours = [run.errors[:FIRST].mean() for run in runs]
    style = {"color": COLOURS[position % 7], "marker": MARKERS[position % 7]}
    shown = [(ours, "ours, each seed", {**style, "markersize": 7, "alpha": 0.6, "zorder": 3})]
    if len(ours) > 1:
        style |= {"marker": "d", "markersize": 9, "markeredgecolor": "white", "zorder": 4}
        shown.append(([np.mean(ours)], "ours, mean", style))
    if (reported := runs[0].reported) is not None:
        mark = {"marker": "|", "markersize": 16, "markeredgewidth": 2.5, "color": "black"}
        shown.append(([reported], "write-up", mark))
        axes.plot([reported, *ours], [position] * (1 + len(ours)), color="#bbbbbb", linewidth=1)
    known = listed(axes)[1]
    for x, label, mark in shown:
        if label not in known:
            axes.plot([], [], linestyle="", label=label, **mark)
        series = f"{runs[0].title}: {label}"
        axes.plot(x, [position] * len(x), linestyle="", label=series, gid=UNLISTED, **mark)


def read_drawn(run: str, clean: str, noisy: str, title: str, reported: float | None) -> Drawn:
    """Read one run for drawing.

    Parameters
    ----------
    run : str
        Folder of the run.
    clean, noisy : str
        Paths of its test images, ``.npy``.
    title : str
        Name of the experiment.
    reported : float or None
        The write-up's average relative error of the first ten images.
    """

    def first(path: str) -> np.ndarray:
        return np.load(path, mmap_mode="r")[0, :, :, 0]

    folder = Path(run)
    config, lattice = (read_json(folder / f"{name}.json") for name in ("config", "lattice"))
    with np.load(folder / "decoded.npz") as decoded:
        denoised = decoded["decoded"][0, :, :, 0] / 255
    return Drawn(
        title=title,
        seed=config["seed"],
        loss=config["loss"]["name"],
        history=pd.read_csv(folder / "history.csv"),
        errors=pd.read_csv(folder / "images.csv")["relative_error"].to_numpy(),
        original=first(clean),
        noisy=first(noisy),
        denoised=denoised,
        lattice=np.array(lattice["positions"]["error"], dtype=float),
        dead=int(lattice["dead"] or 0),
        reported=reported,
    )
