"""Figures of experiments and studies: losses, errors, images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from denoising.declare import Inputs
from denoising.evidence.runs import ended
from denoising.figures.style import (
    COLOURS,
    MARKERS,
    RUN,
    UNLISTED,
    WIDTH,
    empty_figure,
    first_pictures,
    key_to_lattices,
    lattice_of,
    listed,
    nothing_finished,
    picture_of,
)
from denoising.measures.metrics import FIRST
from denoising.measures.status import AVERAGED

HEADROOM = 1.08  # of an axis above its highest value


@dataclass(frozen=True)
class Drawn:
    """What is drawn of one run."""

    title: str
    seed: int
    loss: str | None
    history: pd.DataFrame | None  # epoch, loss, val_loss; of a method that is trained
    errors: np.ndarray  # relative error of each test image
    original: np.ndarray  # first test image, (rows, columns, 1 or 3), in [0, 1]
    noisy: np.ndarray
    denoised: np.ndarray
    lattice: np.ndarray | None  # relative error of each lattice position, (rows, columns)
    dead: int
    reported: float | None
    averaged: bool = True  # else it is drawn, and in no average

    @property
    def average(self) -> float:
        """Mean relative error of the first test images, of those that have one."""
        errors = self.errors[:FIRST]
        return _mean(errors[np.isfinite(errors)])


def _averaged(runs: Sequence[Drawn]) -> list[bool]:
    return [run.averaged for run in runs]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else np.nan


def experiment_figure(runs: Sequence[Drawn], kind: str) -> Figure:
    """Draw one experiment as the write-up does.

    Parameters
    ----------
    runs : sequence of Drawn
        Its runs, one a seed; images are those of the one in the middle.
    kind : str
        ``loss``, ``error``, ``images``, or ``experiment`` for the three in one.
    """
    trained = runs[0].history is not None
    if kind == "loss" and trained:
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        _loss(figure.subplots(), runs)
    elif kind == "loss":
        figure = empty_figure("nothing is trained")
    elif kind == "error":
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        _errors(figure.subplots(), runs)
    elif kind == "images":
        figure = Figure(figsize=(8.2, 2.5), layout="constrained")
        _images(figure, middle(runs))
    else:
        figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(3, 2.4))
        panels = top.subplots(1, 1 + trained, squeeze=False)[0]
        if trained:
            _loss(panels[0], runs)
        _errors(panels[-1], runs)
        _images(bottom, middle(runs))
    return figure


def middle(runs: Sequence[Drawn]) -> Drawn:
    """Return the run in the middle of those that are averaged, by its error; the lower of two."""
    kept = sorted((run for run in runs if run.averaged), key=lambda run: run.average)
    return kept[(len(kept) - 1) // 2] if kept else runs[0]


def lines_of_runs(
    axes: Axes,
    runs: Sequence[tuple[Sequence[float], Sequence[float]]],
    label: str,
    averaged: Sequence[bool],
    **style: Any,
) -> None:
    """Draw a line a run, and above them a bold one: the mean of those that are averaged.

    It ends where the shortest of them does.
    """
    if len(runs) == 1:
        axes.plot(*runs[0], label=label, **style)
        return
    for number, (x, y) in enumerate(runs, start=1):
        thin = {**style, "marker": "", "linewidth": 0.7, "alpha": 0.45}
        axes.plot(x, y, **thin, label=label, gid=f"{RUN}{number}")
    kept = [run for run, own in zip(runs, averaged, strict=True) if own]
    x = min((x for x, _ in kept), key=len, default=[])
    y = np.mean([np.asarray(y)[: len(x)] for _, y in kept], axis=0) if kept else []
    axes.plot(x, y, label=label, **style, linewidth=2.2)


def _loss(axes: Axes, runs: Sequence[Drawn]) -> None:
    for column, label, style in (
        ("loss", "training", {"color": COLOURS[1], "linestyle": "--"}),
        ("val_loss", "validation", {"color": COLOURS[0]}),
    ):
        curves = [(run.history["epoch"], run.history[column]) for run in runs]
        lines_of_runs(axes, curves, label, _averaged(runs), **style)
    axes.set(title="Loss", xlabel="epoch", ylabel=runs[0].loss.replace("_", " "))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(*listed(axes))


def _errors(axes: Axes, runs: Sequence[Drawn]) -> None:
    errors = [(range(FIRST), run.errors[:FIRST]) for run in runs]
    label = "each seed; bold: their mean" if len(runs) > 1 else "each image"
    lines_of_runs(axes, errors, label, _averaged(runs), color=COLOURS[0], marker=MARKERS[0])
    average = _median([run.average for run in runs if run.averaged])
    ends, label = (0, FIRST - 1), "median of their averages" if len(runs) > 1 else "average"
    axes.plot(ends, [average] * 2, color=COLOURS[1], linewidth=1.2, linestyle=":", label=label)
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


def _images(figure: FigureBase, run: Drawn) -> None:
    pictures = {"original": run.original, "noisy": run.noisy, "denoised": run.denoised}
    panels = figure.subplots(1, len(pictures) + (run.lattice is not None))
    for axes, (title, picture) in zip(panels, pictures.items(), strict=False):
        picture_of(axes, picture)
        axes.set_title(title)
    if run.lattice is not None:
        lattice_of(panels[-1], run.lattice)
        panels[-1].set_title(f"dead positions: {run.dead} of {run.lattice.size}")
        key_to_lattices(figure, panels[-1:])


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
    trained = [runs for runs in experiments if runs[0].history is not None]
    same_loss = len({runs[0].loss for runs in trained}) == 1
    for position, runs in enumerate(experiments):
        style = {"color": COLOURS[position % 7]}
        if runs[0].history is not None:
            curves = [
                (
                    run.history["epoch"],
                    run.history["val_loss"] / (1 if same_loss else run.history["val_loss"].iloc[0]),
                )
                for run in runs
            ]
            lines_of_runs(losses, curves, runs[0].title, _averaged(runs), **style)
        points = [(range(FIRST), run.errors[:FIRST]) for run in runs]
        marker = MARKERS[position % 7]
        lines_of_runs(errors, points, runs[0].title, _averaged(runs), marker=marker, **style)
        _reported_and_ours(means, position, runs)
    ylabel = trained[0][0].loss.replace("_", " ") if same_loss else "loss / loss of epoch 1"
    losses.set(title="Validation loss", xlabel="epoch", ylabel=ylabel)
    losses.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not trained:
        losses.remove()
    errors.set(title="Relative error of test images 0–9", xlabel="test image")
    errors.set_ylim(0, _top([run for runs in experiments for run in runs]))
    errors.set_xticks(range(FIRST))
    means.set(title="Average relative error of test images 0–9")
    means.set_yticks(range(len(experiments)), [runs[0].title for runs in experiments])
    means.set_ylim(len(experiments) - 0.5, -0.5)
    means.set_xlim(left=0)
    means.legend(*listed(means), loc="upper left", bbox_to_anchor=(1, 1))
    figure.legend(*listed(errors), loc="outside upper center", ncols=4)
    return figure


def _reported_and_ours(axes: Axes, position: int, runs: Sequence[Drawn]) -> None:
    ours = [run.average for run in runs]
    style = {"color": COLOURS[position % 7], "marker": MARKERS[position % 7]}
    shown = [(ours, "ours, each seed", {**style, "markersize": 7, "alpha": 0.6, "zorder": 3})]
    if len(ours) > 1:
        style |= {"marker": "d", "markersize": 9, "markeredgecolor": "white", "zorder": 4}
        middle = _median([run.average for run in runs if run.averaged])
        shown.append(([middle], "ours, median", style))
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


def read_drawn(inputs: Inputs, experiment: str, seed: int) -> Drawn:
    """Read one run for drawing."""
    folder = inputs.folder(experiment, seed)
    config = inputs.json(experiment, seed, "config.json")
    original, noisy, denoised = first_pictures(folder)
    history, lattice, dead = None, None, 0
    if (folder / "history.csv").exists():
        history = inputs.csv(experiment, seed, "history.csv")
    if (folder / "lattice.json").exists():
        found = inputs.json(experiment, seed, "lattice.json")
        if found["dead"] is not None:  # else it diverged: nothing is known of its positions
            lattice, dead = np.array(found["positions"]["error"], dtype=float), int(found["dead"])
    return Drawn(
        title=inputs.facets["titles"][experiment],
        seed=seed,
        loss=config["loss"]["name"] if "loss" in config else None,
        history=history,
        errors=inputs.csv(experiment, seed, "images.csv")["relative_error"].to_numpy(),
        original=original,
        noisy=noisy,
        denoised=denoised,
        lattice=lattice,
        dead=dead,
        reported=inputs.facets["reported"][experiment],
        averaged=ended(config, inputs.json(experiment, seed, "metrics.json")) in AVERAGED,
    )


def read_experiments(inputs: Inputs) -> list[list[Drawn]]:
    """Read the runs of a figure, an inner list an experiment; those without runs are left out."""
    found = (
        [read_drawn(inputs, experiment, seed) for seed in seeds]
        for experiment, seeds in inputs.drawn.items()
    )
    return [runs for runs in found if runs]


def _drawn(inputs: Inputs, kind: str) -> Figure:
    experiments = read_experiments(inputs)
    return experiment_figure(experiments[0], kind) if experiments else nothing_finished()


def draw_loss(inputs: Inputs) -> Figure:
    """Draw the losses of one experiment."""
    return _drawn(inputs, "loss")


def draw_error(inputs: Inputs) -> Figure:
    """Draw the errors of one experiment's first test images."""
    return _drawn(inputs, "error")


def draw_images(inputs: Inputs) -> Figure:
    """Draw the first test image as one experiment restores it."""
    return _drawn(inputs, "images")


def draw_experiment(inputs: Inputs) -> Figure:
    """Draw losses, errors and images of one experiment."""
    return _drawn(inputs, "experiment")


def draw_study(inputs: Inputs) -> Figure:
    """Draw the experiments of a study in the same axes."""
    experiments = read_experiments(inputs)
    return study_figure(experiments) if experiments else nothing_finished()
