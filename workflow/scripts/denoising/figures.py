"""The figures. Each function draws on a new `matplotlib` figure and returns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's palette: told apart with any colour vision; markers repeat what colours say.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.hashsalt": "denoising",  # the same ids at every drawing
    "svg.fonttype": "none",  # text stays text
}
mpl.rcParams.update(STYLE)
INK = "#111111"  # on coloured fields: unlike black, not the colour of the page's text
WIDTH = 9.0  # inches
HEADROOM = 1.08  # of an axis above its highest value
LAYER_NAMES = {
    "Conv2D": "conv",
    "Conv2DTranspose": "transposed\nconv",
    "MaxPooling2D": "max\npooling",
    "AveragePooling2D": "average\npooling",
    "UpSampling2D": "up-\nsampling",
    "BatchNormalization": "batch\nnorm",
}
FIRST = 10
TABLE = "table"  # marks an image that is a table of numbers


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


def save(figure: Figure, paths: Sequence[Path]) -> None:
    """Write a figure to files (by their suffix) with nothing in them that changes: no date.

    A CSV file gets the figure's data: see `points`.
    """
    for path in paths:
        if path.suffix == ".csv":
            points(figure).to_csv(path, index=False, float_format="%.6g")
            continue
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, metadata=metadata, bbox_inches="tight", facecolor="white")


def points(figure: Figure) -> pd.DataFrame:
    """Read back what a figure draws.

    Returns
    -------
    DataFrame
        ``panel`` (its title or label), ``series``, ``x``, ``y``: of lines and scattered points; of
        a panel that shows a table of colours (`TABLE`), ``series`` is the row, ``x`` the column.
        Helping lines and pictures are left out.
    """
    rows = []
    for axes in figure.axes:
        panel = axes.get_title() or axes.get_title(loc="left") or axes.get_ylabel()
        for line in axes.lines:
            series = line.get_label()
            if not series.startswith("_child"):
                series = series.removeprefix("_")
                rows += [(panel, series, *point) for point in line.get_xydata().tolist()]
        for scattered in axes.collections:
            series = scattered.get_label()
            offsets = (
                scattered.get_offsets().tolist() if isinstance(scattered, PathCollection) else []
            )
            rows += [(panel, series.removeprefix("_"), *point) for point in offsets]
        for image in axes.images:
            if image.get_gid() == TABLE:
                shown = axes.get_yticklabels() if axes.axison else []
                names = [label.get_text() for label in shown]
                for (row, column), value in np.ndenumerate(np.asarray(image.get_array())):
                    name = names[row] if row < len(names) and names[row] else f"row {row + 1}"
                    rows.append((panel, name, column, value))
    return pd.DataFrame(rows, columns=["panel", "series", "x", "y"])


def empty_figure(text: str) -> Figure:
    """Say why there is nothing to draw."""
    figure = Figure(figsize=(WIDTH, 1.2))
    figure.add_artist(
        Rectangle((0, 0), 1, 1, facecolor="white")
    )  # saved whole, not cut to the text
    figure.text(0.5, 0.5, text, ha="center", va="center", color="#555555")
    return figure


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
        hidden = f"_{label}, run {number}"  # from the legend, not from the data
        axes.plot(x, y, **{**style, "marker": ""}, linewidth=0.7, alpha=0.45, label=hidden)
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
    axes.legend()


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
    axes.legend(loc="lower right")


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


def picture_of(axes: Axes, picture: np.ndarray) -> None:
    """Show a grey picture in [0, 1]."""
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="none")
    axes.axis("off")


def lattice_of(axes: Axes, error: np.ndarray) -> None:
    """Show the relative error of each lattice position; the dark ones are dead."""
    axes.imshow(error, cmap="viridis_r", vmin=0.3, vmax=1, interpolation="none", gid=TABLE)
    axes.axis("off")


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
    losses.legend()
    errors.set(title="Relative error of test images 0–9", xlabel="test image")
    errors.set_ylim(0, _top([run for runs in experiments for run in runs]))
    errors.set_xticks(range(FIRST))
    means.set(title="Average relative error of test images 0–9")
    means.set_yticks(range(len(experiments)), [runs[0].title for runs in experiments])
    means.set_ylim(len(experiments) - 0.5, -0.5)
    means.set_xlim(left=0)
    means.legend(loc="upper left", bbox_to_anchor=(1, 1))
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
    known = axes.get_legend_handles_labels()[1]
    for x, label, mark in shown:
        if label not in known:
            axes.plot([], [], linestyle="", label=label, **mark)
        hidden = f"_{runs[0].title}: {label}"
        axes.plot(x, [position] * len(x), linestyle="", label=hidden, **mark)


def architecture_figure(
    layers: Sequence[dict[str, str | int]],
    input_shape: Sequence[int],
    noisy: np.ndarray,
    denoised: np.ndarray,
) -> Figure:
    """Draw input → encoder → code → decoder → output with the shapes of a built model.

    Parameters
    ----------
    layers : sequence of dict
        A run's ``layers.json``.
    input_shape : sequence of int
        Rows, columns, channels.
    noisy, denoised : ndarray, shape (rows, columns)
        One test image as it enters and as it leaves.
    """
    figure = Figure(figsize=(WIDTH, 3.4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, 3.4))
    axes.axis("off")
    shapes = ["×".join(map(str, input_shape)), *(str(layer["output_shape"]) for layer in layers)]
    code = next(i for i, layer in enumerate(layers, start=1) if layer["name"] == "code")
    left, right, middle = 1.55, WIDTH - 1.55, 1.85
    positions = np.linspace(left + 0.25, right - 0.25, len(shapes))
    sides = [int(shape.split("×")[0]) for shape in shapes]
    heights = 0.25 + 1.45 * np.array(sides) / max(sides)
    step = positions[1] - positions[0]
    for i, (x, height, shape) in enumerate(zip(positions, heights, shapes, strict=True)):
        colour = COLOURS[1] if i == code else COLOURS[0] if i < code else COLOURS[2]
        width = min(0.22, step * 0.3)
        axes.add_patch(
            FancyBboxPatch(
                (x - width / 2, middle - height / 2),
                width,
                height,
                boxstyle="round,pad=0,rounding_size=0.04",
                facecolor=colour,
                edgecolor="none",
            )
        )
        axes.text(x, middle - height / 2 - 0.08, shape, ha="center", va="top", fontsize=7.5)
        if i:
            before = heights[i - 1]
            corners = [
                (positions[i - 1] + width / 2, middle + before / 2),
                (x - width / 2, middle + height / 2),
                (x - width / 2, middle - height / 2),
                (positions[i - 1] + width / 2, middle - before / 2),
            ]
            axes.add_patch(Polygon(corners, facecolor="#eeeeee", edgecolor="none", zorder=0))
            name = LAYER_NAMES.get(str(layers[i - 1]["layer"]), str(layers[i - 1]["layer"]))
            between = (x + positions[i - 1]) / 2
            for row, line in enumerate(name.split("\n")):  # each centred, in any language
                axes.text(
                    between, 0.62 - 0.13 * row, line,
                    ha="center", va="top", fontsize=7, color="#555555",
                )  # fmt: skip
    for text, low, high in (
        ("encoder", positions[0], positions[code] - step / 2),
        ("code", positions[code] - step / 2, positions[code] + step / 2),
        ("decoder", positions[code] + step / 2, positions[-1]),
    ):
        axes.text((low + high) / 2, 3.05, text, ha="center", fontsize=11, weight="bold")
    for picture, centre, title in (
        (noisy, 0.75, "noisy input"), (denoised, WIDTH - 0.75, "denoised output"),
    ):  # fmt: skip
        extent = (centre - 0.6, centre + 0.6, middle - 0.6, middle + 0.6)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1, extent=extent, interpolation="none")
        axes.text(centre, middle - 0.68, title, ha="center", va="top", fontsize=9)
    axes.set(xlim=(0, WIDTH), ylim=(0, 3.4), aspect="equal")
    for start, end in ((1.38, positions[0] - 0.14), (positions[-1] + 0.14, WIDTH - 1.38)):
        axes.add_patch(
            FancyArrowPatch((start, middle), (end, middle), arrowstyle="-|>", mutation_scale=10)
        )
    return figure
