"""Figures of the lattice: the law of dead positions, dead ones by epoch, the missing dots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from denoising.declare import Inputs
from denoising.evidence.replicates import completed
from denoising.evidence.runs import middle_runs
from denoising.figures.style import (
    COLOURS,
    INK,
    MARKERS,
    UNLISTED,
    WIDTH,
    first_pictures,
    key_to_lattices,
    lattice_of,
    listed,
    nothing_finished,
    picture_of,
)
from denoising.measures.lattice import predicted_error

MOST_TOLD = 8  # experiments with a colour and a curve of their own


@dataclass(frozen=True)
class LatticeDrawn:
    """What is drawn of one run's lattice."""

    title: str
    seed: int
    error: np.ndarray  # relative error of each position, (rows, columns) of the lattice
    dead: int
    epochs: pd.DataFrame  # epoch, dead
    denoised: np.ndarray  # first test image, (rows, columns), in [0, 1]


def law_figure(runs: pd.DataFrame, implied: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw every run's error against its share of dead positions, with the law's curve.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``, completed runs.
    implied : DataFrame
        From `denoising.evidence.law.implied_table`: where the law puts the write-up's numbers.
    titles : mapping
        Experiment → its title.
    """
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    shares = np.linspace(0, 1, 101)
    names = list(dict.fromkeys(runs["experiment"]))
    told = [name for name in names if name in implied.index] or names
    told = told[:MOST_TOLD]
    for name, own in sorted(runs.groupby("experiment", sort=False), key=lambda one: one[0] in told):
        position = told.index(name) if name in told else len(COLOURS) - 1
        colour = COLOURS[position % len(COLOURS)]
        marker = MARKERS[(position + position // len(COLOURS)) % len(MARKERS)]
        style = {"color": colour, "marker": marker, "linestyle": "", "alpha": 0.75}
        listing: dict[str, Any] = {}
        if name not in told:
            style |= {"color": "#bbbbbb", "marker": ".", "alpha": 0.6, "zorder": 0.5}
            listing = {"gid": UNLISTED}
        share = own["dead_positions"] / own["positions"]
        left.plot(share, own["relative_error"], label=titles.get(name, name), **listing, **style)
        typical = own["live_error"].median()
        if name in told and np.isfinite(typical):
            curve = [predicted_error(share, 1, typical) for share in shares]
            label = f"{titles.get(name, name)}: the law"
            left.plot(
                shares, curve, color=colour, linewidth=0.8, zorder=1, label=label, gid=UNLISTED
            )
        right.plot(
            own["predicted_error"],
            own["relative_error"],
            label=titles.get(name, name),
            gid=UNLISTED,
            **style,
        )
        if name in implied.index:
            there = implied.loc[name]
            left.plot(
                max(there["implied"] / there["positions"], 0), there["reported"], marker="*",
                markersize=12, color=colour, markerfacecolor="white", zorder=4,
            )  # fmt: skip
    if len(told) < len(names):
        grey = {"color": "#bbbbbb", "marker": ".", "linestyle": ""}
        left.plot([], [], label="other experiments", **grey)
    star = {"marker": "*", "markersize": 12, "color": "black", "markerfacecolor": "white"}
    if len(implied):
        left.plot([], [], linestyle="", label="the write-up's number, in the same colour", **star)
    left.set(
        title="Relative error and dead positions", xlabel="share of dead positions, k / n",
        ylabel="relative error", ylim=(0, 1.03), xlim=(-0.03, 1.03),
    )  # fmt: skip
    ends = (0, 1.03)
    right.plot(ends, ends, color="#888888", linewidth=1.2, zorder=1)
    right.set(
        title="The law's prediction", xlabel="predicted from k and e₀", ylabel="measured",
        xlim=ends, ylim=ends, aspect="equal",
    )  # fmt: skip
    figure.legend(*listed(left), loc="outside lower center", ncols=4)
    return figure


def dead_by_epoch_figure(experiments: Sequence[Sequence[LatticeDrawn]]) -> Figure:
    """Draw the number of dead positions after each epoch, a panel an experiment, a line a run."""
    columns = min(4, len(experiments))
    rows = -(-len(experiments) // columns)
    figure = Figure(figsize=(WIDTH, 1.9 * rows + 0.4), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, squeeze=False)
    for axes, runs in zip(panels.flat, experiments, strict=False):
        for position, run in enumerate(runs):
            axes.step(
                run.epochs["epoch"], run.epochs["dead"], where="mid", linewidth=1.2,
                color=COLOURS[position % len(COLOURS)], alpha=0.8, label=f"seed {run.seed}",
            )  # fmt: skip
        axes.set_title(runs[0].title)
        axes.set_ylim(-0.5, max(4, max(run.epochs["dead"].max() for run in runs)) + 0.5)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in panels.flat[len(experiments) :]:
        axes.axis("off")
    figure.supxlabel("epoch", fontsize="medium")
    figure.supylabel("dead positions", fontsize="medium")
    return figure


def missing_dots_figure(runs: Sequence[LatticeDrawn]) -> Figure:
    """Draw an enlarged digit of each run, and below it the error of each lattice position."""
    columns = min(4, len(runs))
    rows = -(-len(runs) // columns)
    side = WIDTH / max(columns, 3)
    size = (side * columns, (2 * side + 0.1) * rows)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(2 * rows, columns, squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for number, run in enumerate(runs):
        row, column = 2 * (number // columns), number % columns
        digit, lattice = panels[row, column], panels[row + 1, column]
        picture_of(digit, run.denoised)
        digit.set_title(f"{run.title}, seed {run.seed}")
        _lattice(lattice, run)
    return figure


def counts_figure(runs: pd.DataFrame, implied: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw how many runs of each experiment end with which share of dead positions.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``, completed runs.
    implied : DataFrame
        From `denoising.evidence.law.implied_table`.
    titles : mapping
        Experiment → its title, in the order of the rows.
    """
    names = [name for name in titles if (runs["experiment"] == name).any()]
    figure = Figure(figsize=(WIDTH, 0.9 + 0.36 * len(names)), layout="constrained")
    axes = figure.subplots()
    implies = {"linestyle": "", "marker": "*", "color": "black", "markerfacecolor": "white"}
    axes.plot([], [], "o", color=COLOURS[0], alpha=0.8, label="one run; larger: more")
    if len(implied):
        axes.plot([], [], **implies, markersize=11, label="implied by the write-up's number")
    for row, name in enumerate(names):
        own = runs[runs["experiment"] == name]
        shares = (own["dead_positions"] / own["positions"]).value_counts()
        axes.scatter(
            shares.index, [row] * len(shares), s=40 + 45 * (shares - 1), color=COLOURS[0],
            alpha=0.8, linewidths=0, zorder=3, label=titles[name], gid=UNLISTED,
        )  # fmt: skip
        if name in implied.index:
            there = implied.loc[name]
            axes.plot(
                max(there["implied"] / there["positions"], 0), row, **implies, markersize=11,
                zorder=4, label=f"{titles[name]}: implied", gid=UNLISTED,
            )  # fmt: skip
    axes.set_yticks(range(len(names)), [titles[name] for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set(xlabel="share of dead positions, k / n", xlim=(-0.03, 1.03))
    figure.legend(*listed(axes), loc="outside lower center", ncols=2)
    return figure


def gallery_figure(experiments: Sequence[Sequence[LatticeDrawn]]) -> Figure:
    """Draw every run: test image 0 as it restores it, and its lattice of positions below.

    A row an experiment, a column a seed; runs of one seed alone stand side by side.
    """
    if max(map(len, experiments)) == 1:
        experiments = [[runs[0] for runs in experiments]]
    columns = max(map(len, experiments))
    side = WIDTH / max(columns, 8)
    size = (side * columns, (2 * side + 0.4) * len(experiments))
    figure = Figure(figsize=size, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01)
    panels = figure.subplots(2 * len(experiments), columns, squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for row, runs in enumerate(experiments):
        for column, run in enumerate(runs):
            if column == 0 or run.title != runs[0].title:
                panels[2 * row, column].set_title(run.title, loc="left", fontsize=8, wrap=True)
            picture_of(panels[2 * row, column], run.denoised)
            lattice_of(panels[2 * row + 1, column], run.error)
            panels[2 * row + 1, column].set_title(f"k = {run.dead}", fontsize=8, pad=2)
    key_to_lattices(figure, panels[:2, :].ravel())
    return figure


def _lattice(axes: Axes, run: LatticeDrawn) -> None:
    lattice_of(axes, run.error)
    rows, columns = run.error.shape
    size = 8 if rows <= 4 else 5.5
    for (row, column), error in np.ndenumerate(run.error):
        colour = "white" if error > 0.6 else INK
        text = f"{error:.{2 if rows <= 4 else 1}f}" if np.isfinite(error) else "–"
        axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)
    axes.set_title(f"{run.dead} of {rows * columns} positions dead", fontsize=9)


def read_lattice(inputs: Inputs, experiment: str, seed: int) -> LatticeDrawn:
    """Read one run for drawing."""
    lattice = inputs.json(experiment, seed, "lattice.json")
    return LatticeDrawn(
        title=inputs.facets["titles"][experiment],
        seed=seed,
        error=np.array(lattice["positions"]["error"], dtype=float),
        dead=int(lattice["dead"]),
        epochs=inputs.csv(experiment, seed, "epochs.csv"),
        denoised=first_pictures(inputs.folder(experiment, seed))[2],
    )


def _with_lattice(inputs: Inputs) -> pd.DataFrame:
    """Return the drawn experiments' rows of ``runs.csv`` that completed and have a lattice."""
    runs = completed(inputs.runs).dropna(subset=["dead_positions"])
    return runs[runs["experiment"].isin(list(inputs.drawn))]


def _groups(inputs: Inputs) -> list[list[LatticeDrawn]]:
    runs = _with_lattice(inputs)
    found = (
        [read_lattice(inputs, name, seed) for seed in runs.loc[runs["experiment"] == name, "seed"]]
        for name in inputs.drawn
    )
    return [group for group in found if group]


def _titles(inputs: Inputs) -> dict[str, str]:
    return {name: inputs.facets["titles"][name] for name in inputs.drawn}


def draw_law(inputs: Inputs) -> Figure:
    """Draw every run against the law of dead positions."""
    implied, runs = inputs.table("implied").set_index("experiment"), _with_lattice(inputs)
    return nothing_finished() if runs.empty else law_figure(runs, implied, _titles(inputs))


def draw_counts(inputs: Inputs) -> Figure:
    """Draw how many positions are dead in every run."""
    implied, runs = inputs.table("implied").set_index("experiment"), _with_lattice(inputs)
    return nothing_finished() if runs.empty else counts_figure(runs, implied, _titles(inputs))


def draw_epochs(inputs: Inputs) -> Figure:
    """Draw the dead positions by epoch."""
    groups = _groups(inputs)
    return dead_by_epoch_figure(groups) if groups else nothing_finished()


def draw_dots(inputs: Inputs) -> Figure:
    """Draw the missing dots of the run in the middle of each experiment's."""
    runs = _with_lattice(inputs)
    middle = middle_runs(runs)
    chosen = [(name, runs.loc[middle[name], "seed"]) for name in inputs.drawn if name in middle]
    found = [read_lattice(inputs, name, int(seed)) for name, seed in chosen]
    return missing_dots_figure(found) if found else nothing_finished()


def draw_gallery(inputs: Inputs) -> Figure:
    """Draw every run's lattice."""
    groups = _groups(inputs)
    return gallery_figure(groups) if groups else nothing_finished()
