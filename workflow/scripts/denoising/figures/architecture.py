"""Figure of an architecture: the shapes between its layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon
from matplotlib.path import Path

from denoising.declare import Inputs
from denoising.figures.style import COLOURS, WIDTH, first_pictures, plane

LAYER_NAMES = {
    "Conv2D": "conv",
    "Conv2DTranspose": "transposed\nconv",
    "MaxPooling2D": "max\npooling",
    "AveragePooling2D": "average\npooling",
    "UpSampling2D": "up-\nsampling",
    "BatchNormalization": "batch\nnorm",
    "LayerNormalization": "layer\nnorm",
    "Concatenate": "concat",
    "Add": "add",
    "Subtract": "subtract",
    "Multiply": "multiply",
    "Average": "average",
    "Maximum": "maximum",
    "SpatialDropout2D": "spatial\ndropout",
    "GaussianNoise": "gaussian\nnoise",
}


LEVEL = 0.13  # between two skips that pass over each other


CLOSE = 0.62  # between two boxes: every second shape is written a line lower


def architecture_figure(
    layers: Sequence[dict[str, Any]],
    input_shape: Sequence[int],
    noisy: np.ndarray,
    denoised: np.ndarray,
) -> Figure:
    """Draw input → encoder → code → decoder → output with the shapes of a built model.

    Layers stand in their order; what one takes from elsewhere than from the one before it is an
    arc (a skip).

    Parameters
    ----------
    layers : sequence of dict
        A run's ``layers.json``.
    input_shape : sequence of int
        Rows, columns, channels.
    noisy, denoised : ndarray, shape (rows, columns, 1 or 3)
        One test image as it enters and as it leaves.
    """
    inputs = input_positions(layers)
    skips = levels([(n, i) for i, taken in enumerate(inputs) for n in taken if n != i - 1])
    top = 3.4 + LEVEL * max(skips.values(), default=0)
    figure = Figure(figsize=(WIDTH, top))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, top))
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
        below = middle - height / 2 - 0.08 - (0.14 if step < CLOSE and i % 2 else 0)
        axes.text(x, below, shape, ha="center", va="top", fontsize=7.5)
        if i:
            before = heights[i - 1]
            corners = [
                (positions[i - 1] + width / 2, middle + before / 2),
                (x - width / 2, middle + height / 2),
                (x - width / 2, middle - height / 2),
                (positions[i - 1] + width / 2, middle - before / 2),
            ]
            if i - 1 in inputs[i]:
                axes.add_patch(Polygon(corners, facecolor="#eeeeee", edgecolor="none", zorder=0))
            name = LAYER_NAMES.get(str(layers[i - 1]["layer"]), str(layers[i - 1]["layer"]))
            between = (x + positions[i - 1]) / 2
            for row, line in enumerate(name.split("\n")):  # each centred, in any language
                axes.text(
                    between, 0.62 - 0.13 * row, line,
                    ha="center", va="top", fontsize=7, color="#555555",
                )  # fmt: skip
    for (source, target), level in skips.items():
        draw_skip(
            axes,
            (positions[source] + 0.03, middle + heights[source] / 2),
            (positions[target] - 0.03, middle + heights[target] / 2),
            middle + max(heights) / 2 + LEVEL * level,
        )
    for text, low, high in (
        ("encoder", positions[0], positions[code] - step / 2),
        ("code", positions[code] - step / 2, positions[code] + step / 2),
        ("decoder", positions[code] + step / 2, positions[-1]),
    ):
        axes.text((low + high) / 2, top - 0.35, text, ha="center", fontsize=11, weight="bold")
    for picture, centre, title in (
        (noisy, 0.75, "noisy input"), (denoised, WIDTH - 0.75, "denoised output"),
    ):  # fmt: skip
        extent = (centre - 0.6, centre + 0.6, middle - 0.6, middle + 0.6)
        axes.imshow(
            plane(picture), cmap="gray", vmin=0, vmax=1, extent=extent, interpolation="none"
        )
        axes.text(centre, middle - 0.68, title, ha="center", va="top", fontsize=9)
    axes.set(xlim=(0, WIDTH), ylim=(0, top), aspect="equal")
    for start, end in ((1.38, positions[0] - 0.14), (positions[-1] + 0.14, WIDTH - 1.38)):
        axes.add_patch(
            FancyArrowPatch((start, middle), (end, middle), arrowstyle="-|>", mutation_scale=10)
        )
    return figure


def draw(inputs: Inputs) -> Figure:
    """Draw the architecture of the first drawn experiment."""
    experiment, seeds = next(iter(inputs.drawn.items()))
    run = (experiment, seeds[0])
    input_shape = inputs.json(*run, "config.json")["architecture"]["input_shape"]
    _, noisy, denoised = first_pictures(inputs.folder(*run))
    return architecture_figure(inputs.json(*run, "layers.json"), input_shape, noisy, denoised)


def input_positions(layers: Sequence[dict[str, Any]]) -> list[list[int]]:
    """Say of the image (0) and of each layer (from 1) at which positions its inputs stand."""
    places = {"image": 0, **{layer["name"]: n for n, layer in enumerate(layers, start=1)}}
    return [[], *([places[name] for name in layer["inputs"]] for layer in layers)]


def levels(skips: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Give skips heights (from 1) at which none that overlap share one, short ones below."""
    found: dict[tuple[int, int], int] = {}
    for start, end in sorted(set(skips), key=lambda skip: (skip[1] - skip[0], skip)):
        taken = {level for (a, b), level in found.items() if a < end and start < b}
        found[start, end] = next(n for n in range(1, len(taken) + 2) if n not in taken)
    return found


def draw_skip(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], height: float
) -> None:
    """Draw an arc from the top of one box over others to the top of another."""
    (x0, y0), (x1, y1) = start, end
    bend = min(0.25, (x1 - x0) / 2)
    points = [
        (x0, y0), (x0, height), (x0 + bend, height), (x1 - bend, height), (x1, height), (x1, y1),
    ]  # fmt: skip
    codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3]
    axes.add_patch(
        FancyArrowPatch(
            path=Path(points, codes),
            arrowstyle="-|>",
            mutation_scale=8,
            color="#888888",
            linewidth=1,
            shrinkA=0,
            shrinkB=0,
        )
    )
