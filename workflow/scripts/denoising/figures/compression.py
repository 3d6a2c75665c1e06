"""Figure of what codes and common image formats need, and what is lost."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from denoising.declare import Inputs
from denoising.figures.style import COLOURS, MARKERS, WIDTH, listed, nothing_finished

GREY = "#444444"
FORMAT_MARKERS = {"PNG": "*", "JPEG": "p", "WebP": "h"}


def compression_figure(
    compression: pd.DataFrame, formats: pd.DataFrame, titles: Mapping[str, str]
) -> Figure:
    """Draw relative error against bits over the bits of the image.

    Parameters
    ----------
    compression, formats : DataFrame
        ``compression.csv`` and ``formats.csv``.
    titles : mapping
        Experiment → its title.
    """
    figure = Figure(figsize=(WIDTH, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.axvline(1, color="#888888", linewidth=1)
    beside = axes.get_xaxis_transform()
    axes.text(1.04, 0.02, "more bits than the image", fontsize=8, transform=beside)
    for number, (name, own) in enumerate(compression.groupby("experiment", sort=False)):
        again, position = divmod(number, len(COLOURS))
        colour, marker = COLOURS[position], MARKERS[(position + again) % len(MARKERS)]
        style = {"color": colour, "marker": marker, "linestyle": "--" if again else "-"}
        axes.plot(own["bits_ratio"], own["all"], label=titles[name], **style)
        for one in own.itertuples() if number == 0 else ():  # of the others they would collide
            axes.annotate(
                one.bits, (one.bits_ratio, one.all), xytext=(0, 5), textcoords="offset points",
                ha="center", fontsize=6.5,
            )  # fmt: skip
    for kind, own in formats.groupby("format", sort=False):
        for files, fill in (("each", GREY), ("sheet", "white")):
            part = own[own["files"] == files]
            label = f"{kind}, {'a file each' if files == 'each' else 'all on one sheet'}"
            axes.plot(
                part["bits_ratio"], part["all"], linestyle="", marker=FORMAT_MARKERS[kind],
                markersize=8, color=GREY, markerfacecolor=fill, label=label,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4]))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=-0.03)
    axes.set(
        xlabel="bits of the code / bits of the image", ylabel="relative error, all test images"
    )
    figure.legend(*listed(axes), loc="outside right upper", fontsize=8)
    return figure


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
    return compression_figure(own, formats[formats["dataset"] == dataset], titles)
