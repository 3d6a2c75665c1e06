"""Kinds of noise, one a file: a function with its registration, and nothing else to edit.

The function takes clean images (float32 in [0, 1], along the first axis) and a generator, and
then its parameters; it returns noisy images, float32 in [0, 1]. It draws image after image, so
that the first images of a longer set are those of a shorter one. It may add channels that tell of
the noise: a model has them in its input, a picture does not show them.
"""

from collections.abc import Callable

import numpy as np

from denoising.registry import Entry, Registry, Text

Noise = Callable[..., np.ndarray]

NOISES = Registry(__name__, key="kind")


def noise(kind: str, *, title: Text, formula: Text, channels: int = 0) -> Callable[[Noise], Noise]:
    """Register a function as a kind of noise.

    Parameters
    ----------
    kind : str
        Its name in the configuration.
    title, formula : mapping
        Language → its name, and what becomes of a pixel x in one line.
    channels : int
        How many it adds behind those of the image.
    """

    def register(function: Noise) -> Noise:
        NOISES.add(Entry(kind, function, title, formula, 2, channels))
        return function

    return register
