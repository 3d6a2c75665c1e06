"""Figures of what a trained network learned."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from denoising.declare import Inputs
from denoising.figures.style import WIDTH, listed, nothing_finished
from denoising.files import read_arrays
from denoising.measures.portrait import CHANNELS
from denoising.rebuild.finished import PORTRAIT

Arrays = Mapping[str, np.ndarray]
FILTERS_WIDE = 8  # filters beside each other
GAP = 1  # pixels between them


def layers_figure(found: Arrays) -> Figure:
    """Draw test image 0 in each layer; the first layer's filters; the receptive field.

    Parameters
    ----------
    found : mapping
        From `denoising.measures.portrait.layer_portrait`.
    """
    names = [str(name) for name in found["layers"]]
    figure = Figure(figsize=(WIDTH, max(4.0, 0.62 * len(names))), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[2, 1])
    grid = left.subplots(len(names), CHANNELS, squeeze=False)
    for number, (name, row) in enumerate(zip(names, grid, strict=True)):
        maps = found[f"layer-{number}"]
        for axes, image in zip(row, maps, strict=False):
            _picture(axes, image)
        for axes in row:
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        size = "×".join(map(str, maps.shape[1:]))
        row[0].set_ylabel(f"{name}\n{size}", rotation=0, ha="right", va="center", fontsize=7)
    above, below = right.subplots(2, 1)
    if "filters" in found:
        _picture(above, tiled(found["filters"]))
    for axes in (above, below):
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    above.set_title("filters of the first layer", fontsize=8)
    _picture(below, np.sqrt(found["field"]))  # a field falls off steeply
    below.set_title("receptive field (square root)", fontsize=8)
    return figure


def tiled(filters: np.ndarray) -> np.ndarray:
    """Lay images, (N, rows, columns), out in rows of `FILTERS_WIDE`, with gaps in white."""
    from skimage.util import montage

    wide = min(FILTERS_WIDE, len(filters))
    shape = (-(-len(filters) // wide), wide)
    return montage(filters, grid_shape=shape, padding_width=GAP, fill=255)


def codes_figure(found: Arrays) -> Figure:
    """Draw codes of test images in two dimensions by class, and walks from code to code.

    Parameters
    ----------
    found : mapping
        From `denoising.measures.portrait.code_portrait`.
    """
    figure = Figure(figsize=(WIDTH, 4.4), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.25])
    axes = left.subplots()
    labels = found["labels"] if len(found["labels"]) else np.zeros(len(found["points"]), int)
    classes = np.unique(labels)
    for number, label in enumerate(classes):
        own = found["points"][labels == label]
        marker = f"${label}$" if 1 < len(classes) <= 10 else "."
        axes.scatter(
            *own.T, s=36, marker=marker, color=f"C{number % 10}", linewidths=0.2, alpha=0.8,
            label=str(label), rasterized=True,
        )  # fmt: skip
    first, second = found["shares"]
    axes.set(xlabel=f"first axis ({first:.0%})", ylabel=f"second axis ({second:.0%})")
    if 1 < len(classes) <= 10:
        left.legend(*listed(axes), loc="outside upper center", ncols=10, fontsize=7)
    steps = found["walks"]
    if len(steps):
        grid = right.subplots(*steps.shape[:2], squeeze=False)
        for row, images in zip(grid, steps, strict=True):
            for one, image in zip(row, images, strict=True):
                _picture(one, image.squeeze(-1) if image.shape[-1] == 1 else image)
                one.set(xticks=[], yticks=[])
                one.spines[:].set_visible(False)
    return figure


def _picture(axes: Axes, image: np.ndarray) -> None:
    white = 255 if image.dtype == np.uint8 else 1
    axes.imshow(image, cmap="gray", vmin=0, vmax=white, interpolation="nearest")
    axes.grid(False)


def _read(inputs: Inputs) -> Arrays | None:
    [(experiment, seeds)] = inputs.drawn.items()
    return read_arrays(inputs.folder(experiment, seeds[0]) / PORTRAIT) if seeds else None


def draw_layers(inputs: Inputs) -> Figure:
    """Draw what the layers of one experiment's first run do."""
    found = _read(inputs)
    return layers_figure(found) if found else nothing_finished()


def draw_codes(inputs: Inputs) -> Figure:
    """Draw the codes of one experiment's first run."""
    found = _read(inputs)
    return codes_figure(found) if found else nothing_finished()
