"""Figures of single images: how far ten of them can mislead, the digits, the best and the worst."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from denoising.declare import Inputs
from denoising.evidence.images import extremes
from denoising.evidence.replicates import completed
from denoising.figures.style import (
    COLOURS,
    INK,
    TABLE,
    UNLISTED,
    WIDTH,
    empty_figure,
    listed,
    no_error,
    nothing_finished,
    picture_of,
)
from denoising.measures.pictures import read_pictures

MOST_CLASSES = 60  # side by side
MOST_UPRIGHT = 20  # numbers
MARKS = {
    "ten images: middle 95 % of their averages": {
        "color": COLOURS[5], "linewidth": 9, "solid_capstyle": "butt", "alpha": 0.5,
    },
    "the first ten, each seed": {
        "linestyle": "", "marker": "|", "markersize": 9, "markeredgewidth": 1.4,
        "color": COLOURS[1],
    },
    "all test images, each seed": {
        "linestyle": "", "marker": "o", "markersize": 4.5, "color": COLOURS[0], "alpha": 0.7,
    },
}  # fmt: skip


def spread_figure(spread: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw averages over ten test images beside averages over all of them.

    Parameters
    ----------
    spread : DataFrame
        ``image_spread.csv``: a row a run.
    titles : mapping
        Experiment → its title, in the order of the rows.
    """
    names = [name for name in titles if (spread["experiment"] == name).any()]
    figure = Figure(figsize=(WIDTH, 1.1 + 0.42 * len(names)), layout="constrained")
    axes = figure.subplots()
    for label, style in MARKS.items():
        axes.plot([], [], label=label, **style)
    for row, name in enumerate(names):
        own = spread[spread["experiment"] == name]
        ends = [own["group_low"].mean(), own["group_high"].mean()]
        values = zip(
            MARKS.items(), (ends, own["first"], own["mean"]), (0, 0.17, -0.17), strict=True
        )
        for (label, style), x, shift in values:
            series = {"label": f"{titles[name]}: {label}", "gid": UNLISTED}
            axes.plot(x, [row + shift] * len(x), **series, **style)
    axes.set_yticks(range(len(names)), [titles[name] for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set(xlabel="average relative error")
    figure.legend(*listed(axes), loc="outside lower center", ncols=3)
    return figure


def digits_figure(digits: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw the average relative error of each class, a row an experiment.

    Many classes are broken into panels, and what is written among them is turned.
    """
    means = digits.groupby(["experiment", "label"])["relative_error"].mean().unstack()
    means = means.loc[[name for name in titles if name in means.index]]
    panels = -(-len(means.columns) // MOST_CLASSES)
    across = -(-len(means.columns) // panels)
    size = (WIDTH, (0.6 + 0.36 * len(means)) * panels + 0.4)
    figure = Figure(figsize=size, layout="constrained")
    values, ends = means.to_numpy(), (np.nanmin(means), np.nanmax(means))
    turned = {"rotation": 90 if across > MOST_UPRIGHT else 0}
    small = {**turned, "fontsize": 8 if across <= MOST_UPRIGHT else 6.5}
    for number, axes in enumerate(figure.subplots(panels, squeeze=False)[:, 0]):
        part = slice(number * across, (number + 1) * across)
        shown, classes = values[:, part], means.columns[part]
        low, high = ends
        axes.imshow(shown, cmap="viridis_r", vmin=low, vmax=high, aspect="auto", gid=TABLE)
        for (row, column), value in np.ndenumerate(shown):
            text = f"{value:.2f}" if np.isfinite(value) else "–"
            colour = "white" if value > (low + high) / 2 else INK
            axes.text(column, row, text, ha="center", va="center", color=colour, **small)
        axes.set_xlim(-0.5, across - 0.5)
        axes.set_xticks(range(len(classes)), classes, **turned)
        axes.set_yticks(range(len(means)), [titles[name] for name in means.index])
        axes.grid(visible=False)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    axes.set(xlabel="class")
    return figure


def extremes_figure(
    extremes: pd.DataFrame, clean: np.ndarray, noisy: np.ndarray, decoded: np.ndarray
) -> Figure:
    """Draw the images that one experiment restores best and worst.

    Parameters
    ----------
    extremes : DataFrame
        ``rank``, ``image`` (its place in the pictures), ``name`` (its number in the test set) and
        ``relative_error``.
    clean, noisy, decoded : ndarray, shape (N, rows, columns, 1 or 3)
        Pictures of test images, in [0, 1]; as one run restores them.
    """
    figure = Figure(figsize=(WIDTH, 6.0), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01)
    for part, title, sign in zip(
        figure.subfigures(2, 1), ("best restored", "worst restored"), (1, -1), strict=True
    ):
        chosen = extremes[np.sign(extremes["rank"]) == sign]
        panels = part.subplots(3, len(chosen), squeeze=False)
        part.suptitle(title, fontsize=10)
        for column, one in enumerate(chosen.itertuples()):
            for row, images in enumerate((clean, noisy, decoded)):
                picture_of(panels[row, column], images[one.image])
            panels[0, column].set_title(f"{one.name}: {one.relative_error:.2f}", fontsize=7.5)
    return figure


def _titles(inputs: Inputs) -> dict[str, str]:
    return {name: inputs.facets["titles"][name] for name in inputs.drawn}


def draw_spread(inputs: Inputs) -> Figure:
    """Draw averages over ten images beside those over all."""
    spread = inputs.table("image_spread")
    spread = spread[spread["experiment"].isin(list(inputs.drawn))]
    return nothing_finished() if spread.empty else spread_figure(spread, _titles(inputs))


def draw_digits(inputs: Inputs) -> Figure:
    """Draw the average error of each class."""
    digits, runs = inputs.table("digits"), completed(inputs.runs)
    digits = digits[digits["experiment"].isin(list(inputs.drawn))]
    if not runs["experiment"].isin(list(inputs.drawn)).any():
        return nothing_finished()
    if digits.empty:
        return empty_figure("no labels")
    known = digits["relative_error"].notna().any()
    return digits_figure(digits, _titles(inputs)) if known else no_error()


def draw_extremes(inputs: Inputs) -> Figure:
    """Draw the images that one run restores best and worst: the first of the first experiment."""
    runs = completed(inputs.runs)
    runs = runs[runs["experiment"].isin(list(inputs.drawn))]
    if runs.empty:
        return nothing_finished()
    run = (runs["experiment"].iloc[0], runs["seed"].iloc[0])
    errors = inputs.csv(*run, "images.csv").set_index("image")[["relative_error"]]
    pictures = read_pictures(inputs.folder(*run))
    known = {int(image): position for position, image in enumerate(pictures.index)}
    chosen = extremes(errors)
    if chosen.empty:
        return no_error()
    chosen = chosen[chosen["image"].isin(list(known))]
    chosen = chosen.assign(image=chosen["image"].map(known), name=chosen["image"])
    return extremes_figure(chosen, pictures.clean, pictures.noisy, pictures.decoded)
