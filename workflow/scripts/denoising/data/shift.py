"""Images moved by whole pixels."""

import numpy as np


def shifted(images: np.ndarray, most: int, generator: np.random.Generator) -> np.ndarray:
    """Move each image by up to `most` pixels down or up, right or left; what enters is black.

    Parameters
    ----------
    images : ndarray, shape (N, rows, columns, channels)
    most : int
        Every shift from −most to most is as likely, in both directions by itself.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, as `images`
    """
    count, rows, columns, _ = images.shape
    down, right = generator.integers(-most, most, (2, count), endpoint=True) + most
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)))
    at = np.arange(count)[:, None, None]
    # pixel (r, c) of a moved image is that at (r - down, c - right)
    row = np.arange(rows)[:, None] + (2 * most - down)[:, None, None]
    column = np.arange(columns) + (2 * most - right)[:, None, None]
    return padded[at, row, column]
