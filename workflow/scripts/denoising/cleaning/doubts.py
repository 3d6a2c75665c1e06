"""What makes a picture unlike those that a network was trained on."""

from collections.abc import Iterator

import numpy as np

SMALL = 16  # pixels of a side below which a picture says little
FEW_GREYS = 32  # different values of a photograph, at least
SPECKS = 0.01  # share of pixels that are black or white amid others: salt and pepper
# From nine photographs of scikit-image: white noise has at most 0.23, what was resized 0.95, and
# JPEG of quality 30 at least 0.47 up to σ = 25.
ALIKE = 0.3
FAR = 0.25  # from the median around a pixel
NOISY = 3 / 255  # a weaker noise is not looked at


def doubts(picture: np.ndarray, level: float, strongest: float) -> Iterator[str]:
    """Say, a line each, in what a picture is unlike the training's: photographs with white noise.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
        In [0, 1].
    level : float
        Standard deviation of its noise, in the same unit.
    strongest : float
        Most that the network was trained with.
    """
    if min(picture.shape) < SMALL:
        yield f"it has fewer than {SMALL} pixels a side"
        return
    if level > strongest:
        yield (
            f"its noise (σ = {255 * level:.0f} of 255) is stronger than any that the network was"
            f" trained with ({255 * strongest:.0f})"
        )
    if len(np.unique(np.rint(255 * picture))) < FEW_GREYS:
        yield f"it has fewer than {FEW_GREYS} shades: is it a drawing or a text?"
    elif specks(picture) > SPECKS:
        yield "single pixels are black or white (salt and pepper): a median filter does better"
    elif level > NOISY and correlation(picture) > ALIKE:
        yield "its noise is alike in neighbouring pixels, as after resizing or JPEG compression"


def specks(picture: np.ndarray) -> float:
    """Return the share of black and white pixels far from the median around them.

    0 where most pixels that are far from it are neither: that is strong noise of another kind.
    """
    from scipy.ndimage import median_filter

    far = np.abs(picture - median_filter(picture, 3)) > FAR
    ends = far & ((picture <= 0) | (picture >= 1))
    return float(ends.mean()) if ends.sum() > 0.8 * far.sum() else 0.0


def correlation(picture: np.ndarray) -> float:
    """Return how much more alike neighbouring pixels' noise is than white noise: about 0 if it is.

    Where the picture is smoothest, its diagonal differences x(i, j) − x(i + 1, j) − x(i, j + 1) +
    x(i + 1, j + 1) are noise alone; of white noise, neighbours among them have a correlation of
    −1/2.
    """
    from scipy.ndimage import uniform_filter

    detail = picture[:-1, :-1] - picture[1:, :-1] - picture[:-1, 1:] + picture[1:, 1:]
    power = uniform_filter(detail**2, 7)
    flat = power <= np.quantile(power, 0.25)
    here, there = detail[:, :-1][flat[:, :-1]], detail[:, 1:][flat[:, :-1]]
    both = np.sqrt((here**2).mean() * (there**2).mean())
    return float((here * there).mean() / both + 0.5) if both else 0.0
