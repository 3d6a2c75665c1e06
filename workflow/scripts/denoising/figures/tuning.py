"""Figure of what tuning buys."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from denoising.config.titles import drawn_titles
from denoising.declare import Inputs
from denoising.figures.style import COLOURS, MARKERS, WIDTH, listed, nothing_finished


def budgets_figure(table: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw the best held-out error that so many random settings reach, a line a sweep.

    Parameters
    ----------
    table : DataFrame
        ``budgets.csv``.
    titles : mapping
        Sweep → its title.
    """
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    axes = figure.subplots()
    for number, (sweep, own) in enumerate(table.groupby("sweep", sort=False)):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        axes.fill_between(own["budget"], own["low"], own["high"], color=colour, alpha=0.12, lw=0)
        axes.plot(
            own["budget"], own["median"], color=colour, marker=marker, markersize=3.5,
            label=titles[str(sweep)],
        )  # fmt: skip
    axes.set(xlabel="settings tried", ylabel="relative error, held-out images")
    figure.legend(*listed(axes), loc="outside right upper", fontsize=8)
    return figure


def draw(inputs: Inputs) -> Figure:
    """Draw the rows of a study in ``budgets.csv``."""
    [(study, sweeps)] = inputs.facets["sweeps"].items()
    table = inputs.table("budgets")
    own = table[table["study"] == study]
    titles = {name: sweep["title"] for name, sweep in sweeps.items()}
    return nothing_finished() if own.empty else budgets_figure(own, drawn_titles(titles))
