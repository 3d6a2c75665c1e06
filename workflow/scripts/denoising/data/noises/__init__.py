"""Kinds of noise, one a file: a function with its registration, and nothing else to edit.

The function takes clean images (float32 in [0, 1], along the first axis) and a generator, and
then its parameters; it returns noisy images, float32 in [0, 1]. It draws image after image, so
that the first images of a longer set are those of a shorter one.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import numpy as np

from denoising.registry import Entry, Registry, Text

Noise = Callable[..., np.ndarray]

NOISES = Registry(__name__, key="kind")


def noise(kind: str, *, title: Text, formula: Text) -> Callable[[Noise], Noise]:
    """Register a function as a kind of noise.

    Parameters
    ----------
    kind : str
        Its name in the configuration.
    title, formula : mapping
        Language → its name, and what becomes of a pixel x in one line.
    """

    def register(function: Noise) -> Noise:
        NOISES.add(Entry(kind, function, title, formula, given=2))
        return function

    return register


def noise_slug(settings: Mapping[str, Any]) -> str:
    """Folder name of a resolved noise, such as ``gaussian-0.5``: its kind and every parameter.

    Two noises never share one: numbers have a point or an exponent and no part of a kind begins
    with a digit; texts stand behind their key, without a ``-`` of their own.
    """
    return "-".join([settings["kind"], *(_part(k, v) for k, v in settings.items() if k != "kind")])


def _part(key: str, value: bool | float | str) -> str:
    if isinstance(value, bool | str):
        return f"{key}={quote(str(value), safe='').replace('-', '%2D')}"
    return str(float(value))
