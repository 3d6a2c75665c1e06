"""Figure of what models make of other images or noise than they were trained on."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from denoising.declare import Inputs
from denoising.figures.style import WIDTH, nothing_finished
from denoising.measures.pictures import read_pictures

EACH = 2  # images of each condition
BEFORE = ("clean", "noisy")


class Cell(NamedTuple):
    """Images of one condition, restored by one row.

    Attributes
    ----------
    row, tested : str
        What restored them, and what they are.
    clean, noisy, decoded : ndarray, shape (N, rows, columns, 1 or 3)
        In [0, 1].
    """

    row: str
    tested: str
    clean: np.ndarray
    noisy: np.ndarray
    decoded: np.ndarray


def transfer_figure(cells: Sequence[Cell]) -> Figure:
    """Draw images of each condition side by side: clean, noisy, and as each row restores them."""
    tested = list(dict.fromkeys(cell.tested for cell in cells))
    rows = [*BEFORE, *dict.fromkeys(cell.row for cell in cells)]
    side = WIDTH / (EACH * len(tested) + 2)
    figure = Figure(figsize=(WIDTH, side * len(rows) + 0.5), layout="constrained")
    axes = figure.subplots(len(rows), EACH * len(tested), squeeze=False)
    for one in axes.flat:
        one.set(xticks=[], yticks=[])
        one.spines[:].set_visible(False)
    for number, name in enumerate(rows):
        axes[number, 0].set_ylabel(
            name, rotation=0, ha="right", va="center", fontsize=8, wrap=True, labelpad=6
        )
    for cell in cells:
        first = EACH * tested.index(cell.tested)
        axes[0, first].set_title(cell.tested, fontsize=8, loc="left")
        shown = {"clean": cell.clean, "noisy": cell.noisy, cell.row: cell.decoded}
        for row, images in shown.items():
            for n, image in enumerate(images[:EACH]):
                axes[rows.index(row), first + n].imshow(
                    image.squeeze(-1) if image.shape[-1] == 1 else image,
                    cmap="gray", vmin=0, vmax=1, interpolation="nearest",
                )  # fmt: skip
    return figure


def named(condition: str) -> str:
    """Name a condition of the plan on a figure: ``mnist``, ``salt-and-pepper 0.4, 0.5``."""
    return ", ".join(
        _noise(part) if part.startswith("{") else part for part in condition.split("\n")
    )


def _noise(text: str) -> str:
    noise = json.loads(text)
    kind = noise.pop("kind")
    return " ".join([kind, ", ".join(f"{value:g}" for value in noise.values())]).strip()


def row_name(about: dict[str, Any]) -> str:
    """Name a row: the method, and what it was trained on."""
    return f"{about['method']}:\n{named(about['trained'])}"


def draw(inputs: Inputs) -> Figure:
    """Draw the first images of each condition, by the first run of each experiment."""
    [study] = inputs.facets["transfers"].values()
    cells = []
    for name, about in study["members"].items():
        for seed in list(inputs.drawn.get(name, ()))[:1]:
            found = read_pictures(inputs.folder(name, seed))
            images = (found.clean, found.noisy, found.decoded)
            cells.append(Cell(row_name(about), named(about["tested"]), *images))
    return transfer_figure(cells) if cells else nothing_finished()
