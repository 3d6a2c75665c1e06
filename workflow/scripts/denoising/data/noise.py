"""Corruption of images."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from denoising.data.noises import NOISES


def add_noise(
    clean: np.ndarray, noise: Mapping[str, Any], generator: np.random.Generator
) -> np.ndarray:
    """Corrupt images as the configuration's ``noise`` (its kind and parameters) says.

    Parameters
    ----------
    clean : ndarray of float32, shape (N, rows, columns, channels)
        Pixels in [0, 1].
    noise : mapping
        ``kind`` and parameters; what is left out has its default.
    generator : numpy.random.Generator
        The first images of a longer set get the noise of a shorter one.

    Returns
    -------
    ndarray of float32, as `clean`, with the channels behind that the noise adds
    """
    entry = NOISES.entry(noise)
    return entry.make(clean, generator, **entry.arguments(noise))
