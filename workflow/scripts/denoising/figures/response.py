"""Figure of how the error of a study's experiments follows one quantity."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from denoising.config.resolve import english
from denoising.config.settings import keys, setting
from denoising.config.titles import drawn_titles
from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.figures.style import (
    COLOURS,
    MARKERS,
    UNLISTED,
    WIDTH,
    by_orders_of_magnitude,
    listed,
    nothing_finished,
)

ERROR = "relative_error"
SWEEP = "sweep"
LABELS = {  # of what is drawn from left to right
    "code_elements": "numbers in the code",
    "cost_seconds": "seconds of one core",
    "noise.level": "standard deviation of the noise",
    "optimizer.learning_rate": "learning rate",
}
NAMED = 16  # points that have their names beside them


def points(
    runs: pd.DataFrame,
    settings: Mapping[str, Mapping[str, Any]],
    against: Sequence[str],
    lines: str | None = None,
) -> pd.DataFrame:
    """Find where each experiment stands.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv`` of the experiments to draw.
    settings : mapping
        Experiment → its resolved settings.
    against : sequence of str
        Columns of `runs` or dotted keys of the settings; the first that an experiment has is drawn
        from left to right.
    lines : str, optional
        The key that tells the lines apart; ``sweep`` is the title of what a sweep repeats.

    Returns
    -------
    DataFrame
        A row an experiment that has the quantity: ``experiment``, ``line`` (text), ``x``,
        ``median``, ``least`` and ``most`` (relative error over its completed runs).
    """
    rows = []
    for name, own in completed(runs).groupby("experiment", sort=False):
        found = (_quantity(own, settings[name], key) for key in against)
        x = next((one for one in found if one is not None), None)
        if x is None:
            continue
        line = setting(settings[name], lines) if lines else ""
        error = own[ERROR]
        rows.append([name, str(line), x, error.median(), error.min(), error.max()])
    columns = ["experiment", "line", "x", "median", "least", "most"]
    return pd.DataFrame(rows, columns=columns).sort_values("x", kind="stable")


def _quantity(runs: pd.DataFrame, settings: Mapping[str, Any], key: str) -> float | None:
    value = runs[key].mean() if key in runs else setting(settings, key)
    number = isinstance(value, int | float) and not isinstance(value, bool) and pd.notna(value)
    return float(value) if number else None


def response_figure(
    table: pd.DataFrame, titles: Mapping[str, str], against: str, noisy: float | None = None
) -> Figure:
    """Draw the relative error of all test images against a quantity.

    Parameters
    ----------
    table : DataFrame
        From `points`.
    titles : mapping
        Experiment → its title; of lines that are named by an experiment, too.
    against : str
        What is drawn from left to right.
    noisy : float, optional
        Error of the noisy images, where it is the same for all.
    """
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    axes = figure.subplots()
    several = table["line"].nunique() > 1
    for number, (line, own) in enumerate(table.groupby("line", sort=False)):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        axes.vlines(own["x"], own["least"], own["most"], color=colour, alpha=0.5, gid=UNLISTED)
        axes.plot(
            own["x"], own["median"], color=colour, marker=marker, linestyle="-" if several else "",
            label=titles.get(line, line) or "median",
        )  # fmt: skip
    if noisy is not None and noisy < 1.2 * table["most"].max():
        axes.axhline(noisy, color="#888888", linestyle=":", label="the noisy images")
    if not several and len(table) <= NAMED:
        _named(axes, table, titles)
    by_orders_of_magnitude(axes, table["x"])
    axes.set(xlabel=LABELS.get(against, against), ylabel="relative error, all test images")
    if several or noisy is not None:
        figure.legend(*listed(axes), loc="outside right upper", fontsize=8)
    return figure


def _named(axes: Axes, table: pd.DataFrame, titles: Mapping[str, str]) -> None:
    for one in table.itertuples():
        axes.annotate(
            titles[one.experiment], (one.x, one.median), xytext=(6, 4), textcoords="offset points",
            fontsize=7.5,
        )  # fmt: skip


def draw(inputs: Inputs) -> Figure:
    """Draw how the error of a study follows what the study says."""
    [study], runs = inputs.facets["studies"].values(), inputs.runs
    own = runs[runs["experiment"].isin(list(inputs.drawn))]
    settings = {
        name: {**one["settings"], SWEEP: english(one["sweep"] or one["title"])}
        for name, one in inputs.facets["experiments"].items()
    }
    against = keys(study["against"])
    table = points(own, settings, against, study.get("lines"))
    if table.empty:
        return nothing_finished()
    errors: Sequence[float] = own["relative_error_noisy"].round(3).unique()
    return response_figure(
        table,
        inputs.facets["titles"] | drawn_titles(inputs.facets["lenders"]),
        against[0],
        errors[0] if len(errors) == 1 else None,
    )
