"""Corruption of images."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def gaussian(clean: np.ndarray, generator: np.random.Generator, level: float) -> np.ndarray:
    """Add white Gaussian noise and clip: ``clip(x + level · N(0, 1), 0, 1)``, the write-up's.

    Parameters
    ----------
    clean : ndarray of float32
        Pixels in [0, 1]; the images along the first axis.
    generator : numpy.random.Generator
        Draws one normal number a pixel, image after image: the first images of a longer
        set are the images of a shorter one.
    level : float
        Standard deviation of the noise before clipping.

    Returns
    -------
    ndarray of float32, as `clean`
    """
    normal = generator.standard_normal(clean.shape, dtype=np.float32)
    return np.clip(clean + np.float32(level) * normal, 0, 1)


NOISES: dict[str, Callable[..., np.ndarray]] = {"gaussian": gaussian}


def add_noise(
    clean: np.ndarray, noise: Mapping[str, Any], generator: np.random.Generator
) -> np.ndarray:
    """Corrupt images as the configuration's ``noise`` (its kind and arguments) says."""
    arguments = {key: value for key, value in noise.items() if key != "kind"}
    return NOISES[noise["kind"]](clean, generator, **arguments)
