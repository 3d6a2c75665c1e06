"""What the page's explorer shows: some test images as every experiment restores them."""

import base64
import io
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from PIL import Image

FIRST_IMAGES = 100
COLUMNS = 20  # of a sprite
GREYS = 16


def chosen_images(extremes: pd.DataFrame, count: int) -> list[int]:
    """Choose the test images that are embedded: the first hundred, and each experiment's extremes.

    Parameters
    ----------
    extremes : DataFrame
        ``extremes.csv`` of the experiments that are shown.
    count : int
        How many test images there are.

    Returns
    -------
    list of int
        In ascending order.
    """
    found = {int(image) for image in extremes["image"]}
    return sorted(found | set(range(min(FIRST_IMAGES, count))))


def sprite(images: np.ndarray) -> str:
    """Lay images out on one picture and return it as an address that an image can have.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns)
        Grey, in [0, 1]; 16 greys are kept.

    Returns
    -------
    str
        A PNG as a ``data:`` address; image n stands in row n // 20, column n % 20.
    """
    count, rows, columns = images.shape
    down = math.ceil(count / COLUMNS)
    laid = np.zeros((down * COLUMNS, rows, columns), np.uint8)
    laid[:count] = np.rint(np.clip(np.nan_to_num(images), 0, 1) * (GREYS - 1))
    grid = laid.reshape(down, COLUMNS, rows, columns).swapaxes(1, 2)
    picture = Image.fromarray(grid.reshape(down * rows, COLUMNS * columns), mode="P")
    picture.putpalette([level * 255 // (GREYS - 1) for level in range(GREYS) for _ in range(3)])
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True, bits=4)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def tile(image: np.ndarray) -> str:
    """Return one grey image, shape (rows, columns), in [0, 1], as such an address."""
    file = io.BytesIO()
    levels = np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8)
    Image.fromarray(levels).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def rounded(values: Sequence[float]) -> list[float | None]:
    """Write numbers shortly: four digits, none where there is no number."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]
