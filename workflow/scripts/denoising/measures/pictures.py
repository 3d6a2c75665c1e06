"""The test images that are kept to be looked at."""

import numpy as np

from denoising.measures.metrics import eight_bits

SHOWN = 100  # the first so many
EXTREMES = 10  # the best, and the worst, restored


def pictured(errors: np.ndarray) -> np.ndarray:
    """Choose the images: the first hundred, the ten best and the ten worst restored.

    Parameters
    ----------
    errors : ndarray, shape (N,)
        Relative errors; images without one (NaN) are no extremes. Of equals the first is better.

    Returns
    -------
    ndarray of int
        In ascending order.
    """
    order = np.argsort(errors, kind="stable")
    order = order[: np.isfinite(errors).sum()]  # NaN comes last
    first = np.arange(min(SHOWN, len(errors)))
    return np.unique(np.concatenate([first, order[:EXTREMES], order[-EXTREMES:]]))


def pictures(
    clean: np.ndarray, noisy: np.ndarray, decoded: np.ndarray, errors: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the content of ``pictures.npz``: ``index``, and the chosen images in 8 bits."""
    index = pictured(errors)
    images = {"clean": clean, "noisy": noisy, "decoded": decoded}
    return {"index": index, **{name: eight_bits(part[index]) for name, part in images.items()}}
