"""Name the dead output positions of any Keras model that enlarges by strides.

``python -m denoising.measures.dead_positions model.keras images.npy [--clean clean.npy]``;
``docs/dead-positions.md`` tells what that is, and what to do about it.
"""

import argparse
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from denoising.errors import LabError, run_program
from denoising.measures.lattice import ON_SHARE, by_position, dead
from denoising.model.shapes import ENLARGING
from denoising.training.runtime import import_tensorflow

SHAPED_ANEW = ("Flatten", "Reshape")  # pixels have no neighbours behind these


def leaves(model: Any) -> Iterator[Any]:
    """List the layers of a model, those of models within it, too."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from leaves(layer)
        else:
            yield layer


def period_of(model: Any) -> tuple[int, int]:
    """Rows and columns of the lattice of output positions: what the layers enlarge by.

    As `denoising.model.shapes.period`, from a built model.
    """
    factors: list[tuple[int, int]] = []
    for layer in leaves(model):
        kind = type(layer).__name__
        if kind in SHAPED_ANEW:
            factors = []
        elif kind in ENLARGING:
            factors.append(tuple(getattr(layer, ENLARGING[kind])))
    return prod(rows for rows, _ in factors), prod(columns for _, columns in factors)


def is_rectified(model: Any) -> bool:
    """Tell whether a model ends in a ReLU."""
    *_, last = leaves(model)
    activation = getattr(last, "activation", None)
    return type(last).__name__ == "ReLU" or getattr(activation, "__name__", "") == "relu"


def report(model: Any, images: np.ndarray, clean: np.ndarray | None = None) -> Iterator[str]:
    """Say of each position how often it is on, and which are dead.

    Parameters
    ----------
    model : keras.Model
        From images to images.
    images : ndarray, shape (N, rows, columns, channels)
        What it takes.
    clean : ndarray, optional
        What it should give: then a position is dead only where it says nothing of these.
    """
    rows, columns = lattice = period_of(model)
    if lattice == (1, 1):
        yield "no layer enlarges by strides: all output pixels share their weights"
        return
    outputs = np.asarray(model.predict(images, verbose=0))
    if clean is not None and clean.shape != outputs.shape:
        raise LabError(f"the clean images have shape {clean.shape}, the outputs {outputs.shape}")
    pixels = by_position(np.ones(outputs.shape[1:]), lattice) * len(outputs)
    on = by_position((outputs > 0).sum(axis=0), lattice) / pixels
    rectified = is_rectified(model)
    if clean is None:
        silent = on < ON_SHARE if rectified else np.zeros(lattice, bool)
    else:
        energy = by_position(np.square(clean, dtype=np.float64).sum(axis=0), lattice)
        squared = by_position(np.square(outputs - clean, dtype=np.float64).sum(axis=0), lattice)
        with np.errstate(divide="ignore", invalid="ignore"):
            silent = dead(np.sqrt(squared / energy), on, rectified=rectified)
    yield f"{rows} × {columns} positions; pixels of each that are above 0, in %:"
    for row in range(rows):
        marks = (f"{100 * on[row, n]:5.1f}{'*' if silent[row, n] else ' '}" for n in range(columns))
        yield "  " + " ".join(marks)
    if not rectified and clean is None:
        yield "the output is no ReLU: whether it is dead shows beside the clean images (--clean)"
    found = ", ".join(f"({row}, {column})" for row, column in np.argwhere(silent))
    count = int(silent.sum())
    yield f"{count} of {rows * columns} dead (*): {found}" if count else "none is dead"


def _images(path: Path) -> np.ndarray:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise LabError(f"{path}: is no array that numpy.save wrote ({error})") from None
    if found.ndim != 4:
        raise LabError(f"{path}: has shape {found.shape}, must be (N, rows, columns, channels)")
    return found.astype(np.float32)


def main() -> None:
    """Read a model and images, and print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m denoising.measures.dead_positions", description=__doc__.splitlines()[0]
    )
    parser.add_argument("model", type=Path, help="a .keras file")
    parser.add_argument("images", type=Path, help=".npy, (N, rows, columns, channels)")
    parser.add_argument("--clean", type=Path, help=".npy: what the model should give")
    arguments = parser.parse_args()

    images = _images(arguments.images)
    clean = _images(arguments.clean) if arguments.clean else None
    if not arguments.model.is_file():
        raise LabError(f"{arguments.model}: there is no such file")
    import_tensorflow()
    import keras

    try:
        model = keras.models.load_model(arguments.model, compile=False)
    except (OSError, ValueError, TypeError) as error:
        said = str(error).splitlines()[0]
        raise LabError(f"{arguments.model}: is no model that Keras can read ({said})") from None
    for line in report(model, images, clean):
        print(line)


if __name__ == "__main__":
    run_program(main)
