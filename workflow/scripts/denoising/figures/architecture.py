"""Figure of an architecture: the shapes between its layers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon

from denoising.declare import Inputs
from denoising.figures.style import COLOURS, WIDTH, first_pictures

LAYER_NAMES = {
    "Conv2D": "conv",
    "Conv2DTranspose": "transposed\nconv",
    "MaxPooling2D": "max\npooling",
    "AveragePooling2D": "average\npooling",
    "UpSampling2D": "up-\nsampling",
    "BatchNormalization": "batch\nnorm",
}


def architecture_figure(
    layers: Sequence[dict[str, str | int]],
    input_shape: Sequence[int],
    noisy: np.ndarray,
    denoised: np.ndarray,
) -> Figure:
    """Draw input → encoder → code → decoder → output with the shapes of a built model.

    Parameters
    ----------
    layers : sequence of dict
        A run's ``layers.json``.
    input_shape : sequence of int
        Rows, columns, channels.
    noisy, denoised : ndarray, shape (rows, columns)
        One test image as it enters and as it leaves.
    """
    figure = Figure(figsize=(WIDTH, 3.4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, 3.4))
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
        axes.text(x, middle - height / 2 - 0.08, shape, ha="center", va="top", fontsize=7.5)
        if i:
            before = heights[i - 1]
            corners = [
                (positions[i - 1] + width / 2, middle + before / 2),
                (x - width / 2, middle + height / 2),
                (x - width / 2, middle - height / 2),
                (positions[i - 1] + width / 2, middle - before / 2),
            ]
            axes.add_patch(Polygon(corners, facecolor="#eeeeee", edgecolor="none", zorder=0))
            name = LAYER_NAMES.get(str(layers[i - 1]["layer"]), str(layers[i - 1]["layer"]))
            between = (x + positions[i - 1]) / 2
            for row, line in enumerate(name.split("\n")):  # each centred, in any language
                axes.text(
                    between, 0.62 - 0.13 * row, line,
                    ha="center", va="top", fontsize=7, color="#555555",
                )  # fmt: skip
    for text, low, high in (
        ("encoder", positions[0], positions[code] - step / 2),
        ("code", positions[code] - step / 2, positions[code] + step / 2),
        ("decoder", positions[code] + step / 2, positions[-1]),
    ):
        axes.text((low + high) / 2, 3.05, text, ha="center", fontsize=11, weight="bold")
    for picture, centre, title in (
        (noisy, 0.75, "noisy input"), (denoised, WIDTH - 0.75, "denoised output"),
    ):  # fmt: skip
        extent = (centre - 0.6, centre + 0.6, middle - 0.6, middle + 0.6)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1, extent=extent, interpolation="none")
        axes.text(centre, middle - 0.68, title, ha="center", va="top", fontsize=9)
    axes.set(xlim=(0, WIDTH), ylim=(0, 3.4), aspect="equal")
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
