"""What all figures share: style, saving, and reading back what they draw."""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, FigureBase
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from denoising.figures.ids import AXES, KEY, NAMES, SERIES
from denoising.files import csv_bytes, put_vouched
from denoising.measures.pictures import read_pictures

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
    "text.parse_math": False,  # a title may hold two $
}


mpl.rcParams.update(STYLE)


ERRORS, COLOUR_MAP = (0.3, 1), "viridis_r"  # of lattice positions; lower ones have the same colour
INK = "#111111"  # on coloured fields: unlike black, not the colour of the page's text
WIDTH = 9.0  # inches
LOGARITHMIC = 20  # the largest over the smallest from which an axis is
DOUBLINGS = 1024  # up to here whole numbers are counted by doubling
# Marks of what is drawn (matplotlib's gid), so that no word of a label has to say them.
TABLE = "table"  # an image that is a table of numbers
UNLISTED = "unlisted"  # has data, and no entry in the legend
RUN = "run-"  # and its number: one of several lines that a bold one is the mean of


def listed(axes: Axes) -> tuple[list[Any], list[str]]:
    """Return what a legend lists: the artists, and their labels."""
    both = zip(*axes.get_legend_handles_labels(), strict=True)
    found = [(artist, label) for artist, label in both if artist.get_gid() is None]
    return [artist for artist, _ in found], [label for _, label in found]


def save(figure: Figure, paths: Sequence[Path]) -> None:
    """Write a figure to files (by their suffix) with nothing in them that changes: no date.

    A CSV file gets the figure's data: see `points`.
    """
    _settle(figure)
    for path in paths:
        if path.suffix == ".csv":
            put_vouched(path, csv_bytes(points(figure)))
            continue
        metadata, drawn = {"Software": None}, io.BytesIO()
        if path.suffix == ".svg":
            metadata = {"Date": None}
        with _identified(figure):
            figure.savefig(
                drawn, format=path.suffix[1:], metadata=metadata, bbox_inches="tight",
                facecolor="white",
            )  # fmt: skip
        whole = drawn.getvalue()
        put_vouched(path, clips_named_by_content(whole) if path.suffix == ".svg" else whole)


def _settle(figure: Figure) -> None:
    """Lay a figure out, and round where its axes stand: the layout's last bits change each time."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        taken = axes.get_in_layout()
        axes.set_position(np.round(axes.get_position(original=True).bounds, 6).tolist())
        axes.set_in_layout(taken)


@contextmanager
def _identified(figure: Figure) -> Iterator[None]:
    """Let series and axes be told apart in an SVG file by their ids."""
    ids: dict[Artist, str] = {}
    for axes in figure.axes:
        ids |= {one: f"{SERIES}{one.get_label()}" for one in series_of(axes)}
        ids[axes] = f"{AXES}{_scale(axes.xaxis)}:{_scale(axes.yaxis)}"
    legends = [*figure.legends, *filter(None, (axes.get_legend() for axes in figure.axes))]
    for legend in legends:
        both = zip(legend.legend_handles, legend.get_texts(), strict=True)
        ids |= {one: f"{KEY}{text.get_text()}" for one, text in both if one is not None}
    before = {one: one.get_gid() for one in ids}
    for one, name in ids.items():
        one.set_gid(name)
    try:
        yield
    finally:
        for one, gid in before.items():
            one.set_gid(gid)


def _scale(axis: Axis) -> str:
    """Write an axis' scale and its ends."""
    if isinstance(axis.get_major_formatter(), FuncFormatter):
        return NAMES
    low, high = axis.get_view_interval()
    return f"{axis.get_scale()},{low:.6g},{high:.6g}"


def series_of(axes: Axes) -> list[Any]:
    """List the lines and scattered points that are of a series: helping lines have no label."""
    drawn = [*axes.lines, *(one for one in axes.collections if isinstance(one, PathCollection))]
    return [one for one in drawn if not str(one.get_label()).startswith("_child")]


def clips_named_by_content(svg: bytes) -> bytes:
    """Name the clip paths of a drawing by what is written of them.

    Matplotlib names them by their numbers to the last bit, and the solver of its layout sums in the
    order of addresses in memory: two drawings of one figure may differ there and nowhere else.
    """
    names = {
        name: b"p" + hashlib.sha256(content).hexdigest()[:10].encode()
        for name, content in re.findall(
            rb'<clipPath id="(p[0-9a-f]{10})">\s*(.*?)\s*</clipPath>', svg, re.DOTALL
        )
    }
    return re.sub(rb"\bp[0-9a-f]{10}\b", lambda found: names.get(found[0], found[0]), svg)


def points(figure: Figure) -> pd.DataFrame:
    """Read back what a figure draws.

    Returns
    -------
    DataFrame
        ``panel`` (its title or label), ``series``, ``run`` (a number, of one of several lines that
        another is the mean of), ``x``, ``y``: of lines and scattered points; of a panel that shows
        a table of colours (`TABLE`), ``series`` is the row, ``x`` the column
        (its number, or what stands below it). Helping lines and
        pictures are left out.
    """
    rows = []
    for axes in figure.axes:
        panel = axes.get_title() or axes.get_title(loc="left") or axes.get_ylabel()
        for drawn in series_of(axes):
            gid = drawn.get_gid() or ""
            run = gid.removeprefix(RUN) if gid.startswith(RUN) else ""
            scattered = isinstance(drawn, PathCollection)
            places = drawn.get_offsets() if scattered else drawn.get_xydata()
            rows += [(panel, drawn.get_label(), run, *point) for point in places.tolist()]
        for image in axes.images:
            if image.get_gid() == TABLE:
                shown = axes.get_yticklabels() if axes.axison else []
                names = [label.get_text() for label in shown]
                below = [label.get_text() for label in axes.get_xticklabels()] if names else []
                for (row, column), value in np.ndenumerate(np.asarray(image.get_array())):
                    name = names[row] if row < len(names) and names[row] else f"row {row + 1}"
                    x = _number(below[column]) if column < len(below) else None
                    rows.append((panel, name, "", column if x is None else x, value))
    return pd.DataFrame(rows, columns=["panel", "series", "run", "x", "y"])


def by_orders_of_magnitude(axes: Axes, values: pd.Series) -> None:
    """Let the axis from left to right be logarithmic where these values ask for it."""
    if values.min() > 0 and values.max() > LOGARITHMIC * values.min():
        axes.set_xscale("log")
        whole = (values == values.round()).all() and values.max() <= DOUBLINGS
        axes.xaxis.set_major_locator(LogLocator(2 if whole else 10, numticks=11 if whole else 6))
        if whole:
            axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:g}")  # no powers as formulas
        axes.xaxis.set_minor_formatter(NullFormatter())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:  # a name
        return None


def empty_figure(text: str) -> Figure:
    """Say why there is nothing to draw."""
    figure = Figure(figsize=(WIDTH, 1.2))
    figure.add_artist(
        Rectangle((0, 0), 1, 1, facecolor="white")
    )  # saved whole, not cut to the text
    figure.text(0.5, 0.5, text, ha="center", va="center", color="#555555")
    return figure


def nothing_finished() -> Figure:
    """Say that there is no run to draw."""
    return empty_figure("no run completed")


def no_error() -> Figure:
    """Say that no test image has an error to draw: all are black."""
    return empty_figure("no test image has a relative error")


def first_pictures(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the first test image of a run: clean, noisy and denoised."""
    first = read_pictures(folder).only([0])
    return first.clean[0], first.noisy[0], first.decoded[0]


def picture_of(axes: Axes, picture: np.ndarray) -> None:
    """Show a picture in [0, 1], shape (rows, columns, 1 or 3)."""
    axes.imshow(plane(picture), cmap="gray", vmin=0, vmax=1, interpolation="none")
    axes.axis("off")


def plane(picture: np.ndarray) -> np.ndarray:
    """Return a picture as matplotlib takes it: a grey one has no channels."""
    return picture[..., 0] if picture.shape[-1] == 1 else picture


def lattice_of(axes: Axes, error: np.ndarray) -> None:
    """Show the relative error of each lattice position; the dark ones are dead."""
    norm = Normalize(*ERRORS)
    axes.imshow(error, cmap=COLOUR_MAP, norm=norm, interpolation="none", gid=TABLE)
    axes.axis("off")


def key_to_lattices(figure: FigureBase, beside: Sequence[Axes]) -> None:
    """Draw which colour is which error of a position, to the right of axes."""
    colours = ScalarMappable(Normalize(*ERRORS), COLOUR_MAP)
    figure.colorbar(
        colours, ax=list(beside), label="relative error", shrink=0.8, aspect=12, extend="min"
    )
