"""Figure of how the error of a sweep's experiments follows each key that it varies."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.figures.style import (
    COLOURS,
    INK,
    TABLE,
    UNLISTED,
    WIDTH,
    by_orders_of_magnitude,
    nothing_finished,
)

HELD_OUT, TEST = "held_out_error", "relative_error"
LABELS = {HELD_OUT: "relative error, held-out images", TEST: "relative error, all test images"}
ACROSS = 3  # panels beside each other
WRITTEN = 12  # values of a key up to which a field of a heat map has its number
ERROR = "error"


def search_figure(table: pd.DataFrame, label: str) -> Figure:
    """Draw a heat map of a grid of two keys; else a panel a key.

    Parameters
    ----------
    table : DataFrame
        An experiment a row: a column a key with its value, and ``error`` (NaN where it came to
        nothing: those stand as crosses at the upper edge, or as empty fields).
    label : str
        What the error is.
    """
    if table[ERROR].isna().all():
        return nothing_finished()
    varied = [key for key in table if key != ERROR]
    sizes = [table[key].nunique() for key in varied]
    if len(varied) == 2 and len(table) == sizes[0] * sizes[1]:
        return _heat_map(table, varied, label)
    rows = -(-len(varied) // ACROSS)
    figure = Figure(figsize=(WIDTH, 2.8 * rows), layout="constrained")
    panels = figure.subplots(rows, min(len(varied), ACROSS), sharey=True, squeeze=False)
    for axes in panels.flat[len(varied) :]:
        axes.axis("off")
    for axes, key in zip(panels.flat, varied, strict=False):
        _response(axes, table[key], table[ERROR])
        axes.set_title(key.rsplit(".", 1)[-1].replace("_", " "), loc="left")
    for row in panels:
        row[0].set_ylabel(label, fontsize=8)
    return figure


def _heat_map(table: pd.DataFrame, varied: Sequence[str], label: str) -> Figure:
    across, down = sorted(varied, key=lambda key: not _numeric(table[key]))  # names stand as rows
    wide = table.pivot(index=down, columns=across, values=ERROR)
    figure = Figure(figsize=(WIDTH, 1.4 + 0.45 * len(wide)), layout="constrained")
    axes = figure.subplots()
    shown = axes.imshow(wide, cmap="viridis_r", aspect="auto", interpolation="none", gid=TABLE)
    axes.set_xticks(range(wide.shape[1]), [_text(one) for one in wide.columns])
    axes.set_yticks(range(len(wide)), [_text(one) for one in wide.index])
    axes.set(xlabel=across, ylabel=down)
    axes.grid(False)
    if wide.shape[1] <= WRITTEN:
        for (row, column), value in np.ndenumerate(wide.to_numpy()):
            light = np.isnan(value) or shown.norm(value) < 0.5
            axes.text(
                column, row, "–" if np.isnan(value) else f"{value:.3f}", ha="center", va="center",
                fontsize=8, color=INK if light else "white",
            )  # fmt: skip
    figure.colorbar(shown, ax=axes, label=label)
    return figure


def _response(axes: Axes, values: pd.Series, errors: pd.Series) -> None:
    """Draw the errors over the values of one key; those of a list stand side by side."""
    numeric = _numeric(values)
    if numeric and values.nunique() > ACROSS * 2:
        places = values.astype(float)
        by_orders_of_magnitude(axes, places)
    else:
        names = sorted(values.unique()) if numeric else list(dict.fromkeys(values))
        places = values.map({name: place for place, name in enumerate(names)}).astype(float)
        axes.set_xticks(range(len(names)), [_text(one) for one in names])
        axes.set_xlim(-0.5, len(names) - 0.5)
        medians = errors.groupby(places).median()
        axes.hlines(
            medians, medians.index - 0.3, medians.index + 0.3, color=COLOURS[1], gid=UNLISTED
        )
    done = errors.notna()
    axes.plot(places[done], errors[done], "o", color=COLOURS[0], alpha=0.7, label="an experiment")
    if not done.all():
        above = 1.05 * errors.max()
        axes.plot(
            places[~done], [above] * (~done).sum(), "x", color=COLOURS[6], gid=UNLISTED,
            label="without a result",
        )  # fmt: skip


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) and value is not True else str(value)


def draw(inputs: Inputs) -> Figure:
    """Draw the sweep whose experiments these are."""
    [searches] = inputs.facets["searches"].values()
    members = next(own for own in searches.values() if set(own) == set(inputs.drawn))
    runs = completed(inputs.runs)
    runs = runs[runs["experiment"].isin(list(members))]
    measure = HELD_OUT if runs[HELD_OUT].notna().any() else TEST
    errors = runs.groupby("experiment")[measure].median()
    table = pd.DataFrame.from_dict(members, orient="index")
    return search_figure(table.assign(error=errors.reindex(table.index)), LABELS[measure])
