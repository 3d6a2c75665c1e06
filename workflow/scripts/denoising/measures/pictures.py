"""The test images that are kept to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from denoising.files import read_arrays
from denoising.measures.metrics import FIRST, eight_bits

EXTREMES = 5  # the best, and the worst, restored


@dataclass(frozen=True)
class Pictures:
    """Test images of a run, ``(N, rows, columns, 1 or 3)`` in [0, 1], and their numbers."""

    index: np.ndarray
    clean: np.ndarray
    noisy: np.ndarray
    decoded: np.ndarray

    def only(self, wanted: Sequence[int]) -> "Pictures":
        """Return those of these numbers that there are."""
        kept = np.isin(self.index, wanted)
        return Pictures(
            *(part[kept] for part in (self.index, self.clean, self.noisy, self.decoded))
        )


def read_pictures(folder: Path) -> Pictures:
    """Read what a run's folder shows of its test images, as it can be seen: grey or in colour."""
    stored = read_arrays(folder / "pictures.npz")
    parts = (seen(stored[part]) for part in ("clean", "noisy", "decoded"))
    return Pictures(stored["index"], *parts)


def seen(images: np.ndarray) -> np.ndarray:
    """Return 8-bit images in [0, 1], with one channel or three.

    Two channels are shown as red and green; of more than three the first three are.
    """
    found = images[..., :3].astype(np.float32) / 255
    missing = 3 - found.shape[-1] if found.shape[-1] > 1 else 0
    return np.pad(found, [(0, 0)] * (found.ndim - 1) + [(0, missing)])


def pictured(errors: np.ndarray) -> np.ndarray:
    """Choose the images: the first ten, the five best and the five worst restored.

    Parameters
    ----------
    errors : ndarray, shape (N,)
        Relative errors as they are kept; images without one (NaN) are no extremes. Of equals the
        first is better.

    Returns
    -------
    ndarray of int
        In ascending order.
    """
    order = np.argsort(errors, kind="stable")
    order = order[: np.isfinite(errors).sum()]  # NaN comes last
    first = np.arange(min(FIRST, len(errors)))
    return np.unique(np.concatenate([first, order[:EXTREMES], order[-EXTREMES:]]))


def pictures(
    clean: np.ndarray, noisy: np.ndarray, decoded: np.ndarray, errors: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the content of ``pictures.npz``: ``index``, and the chosen images in 8 bits."""
    index = pictured(errors)
    images = {"clean": clean, "noisy": noisy, "decoded": decoded}
    return {"index": index, **{name: eight_bits(part[index]) for name, part in images.items()}}
