"""Figure of what codes and common image formats need, and what is lost."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from denoising.config.resolve import english
from denoising.declare import Inputs
from denoising.figures.style import COLOURS, MARKERS, UNLISTED, WIDTH, listed, nothing_finished

GREY = "#444444"
FORMAT_MARKERS = {"PNG": "*", "JPEG": "p", "WebP": "h"}


def compression_figure(
    compression: pd.DataFrame,
    formats: pd.DataFrame,
    titles: Mapping[str, str],
    sweeps: Mapping[str, str] | None = None,
) -> Figure:
    """Draw relative error against bits over the bits of the image.

    Parameters
    ----------
    compression, formats : DataFrame
        ``compression.csv`` and ``formats.csv``.
    titles : mapping
        Experiment → its title.
    sweeps : mapping, optional
        Experiment of a sweep → what the sweep repeats: its codes share a colour, and have how many
        numbers they are beside them.
    """
    figure = Figure(figsize=(WIDTH, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.axvline(1, color="#888888", linewidth=1)
    beside = axes.get_xaxis_transform()
    axes.text(1.04, 0.02, "more bits than the image", fontsize=8, transform=beside)
    sweeps, styles = sweeps or {}, {}
    for name, own in compression.groupby("experiment", sort=False):
        label = sweeps.get(name, titles[name])
        known = label in styles
        style = styles.setdefault(label, _style(len(styles)))
        axes.plot(
            own["bits_ratio"], own["all"], **style, markersize=4,
            **({"gid": UNLISTED} if known else {"label": label}),
        )  # fmt: skip
        if name in sweeps:
            end = own.loc[own["bits_ratio"].idxmax()]
            text = f"{end['code_elements']:.0f}" + ("" if known else " numbers")
            _beside(axes, text, end["bits_ratio"], end["all"])
        elif len(styles) == 1:  # of the others they would collide
            for one in own.itertuples():
                _beside(axes, str(one.bits), one.bits_ratio, one.all)
    for kind, own in formats.groupby("format", sort=False):
        for files, fill in (("each", GREY), ("sheet", "white")):
            part = own[own["files"] == files]
            label = f"{kind}, {'a file each' if files == 'each' else 'all on one sheet'}"
            axes.plot(
                part["bits_ratio"], part["all"], linestyle="", marker=FORMAT_MARKERS[kind],
                markersize=8, color=GREY, markerfacecolor=fill, label=label,
            )  # fmt: skip
    axes.set_xscale("log")
    least, most = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if most < 1000 * least else (1,)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=-0.03)
    axes.set(
        xlabel="bits of the code / bits of the image", ylabel="relative error, all test images"
    )
    figure.legend(*listed(axes), loc="outside right upper", fontsize=8)
    return figure


def _style(number: int) -> dict[str, str]:
    again, position = divmod(number, len(COLOURS))
    marker = MARKERS[(position + again) % len(MARKERS)]
    return {"color": COLOURS[position], "marker": marker, "linestyle": "--" if again else "-"}


def _beside(axes: Axes, text: str, x: float, y: float) -> None:
    axes.annotate(
        text, (x, y), xytext=(0, 5), textcoords="offset points",
        ha="center", fontsize=6.5,
    )  # fmt: skip


def draw(inputs: Inputs) -> Figure:
    """Draw what the codes of the drawn experiments need, and common formats for the same images."""
    compression, formats = inputs.table("compression"), inputs.table("formats")
    own = compression[compression["experiment"].isin(list(inputs.drawn))]
    own = own.drop_duplicates(["experiment", "bits"])  # an experiment may be in two studies
    if own.empty:
        return nothing_finished()
    runs = inputs.runs
    dataset = runs.loc[runs["experiment"] == own["experiment"].iloc[0], "dataset"].iloc[0]
    titles = {name: inputs.facets["titles"][name] for name in inputs.drawn}
    sweeps = {
        name: english(one["sweep"])
        for name, one in inputs.facets["experiments"].items()
        if one["sweep"]
    }
    return compression_figure(own, formats[formats["dataset"] == dataset], titles, sweeps)
