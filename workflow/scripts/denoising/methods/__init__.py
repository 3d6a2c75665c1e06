"""Methods that turn noisy images into clean ones, one a file, and nothing else to edit.

A method is a function ``(noisy, **parameters) -> clean``, or a class with

- ``__init__(**parameters)``,
- ``fit(noisy, clean, generator)``: learn from the training images,
- ``denoise(noisy) -> clean``,
- ``parameters``: how many numbers were fitted.

Images are float32 in [0, 1], shape (N, rows, columns, channels). A class that has ``load(folder)``
in place of ``fit`` is trained by a job of its own, which leaves that folder. One that has
``borrow(folder)`` takes the model that another experiment trained; with ``fit`` it goes on from
there. What a method has in ``told``, JSON, is kept with the run. All others may have
``affine: true``, and lists of values to choose from (`fitting`).

This package imports nothing heavy: the Snakefile reads it.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from denoising.registry import Entry, Registry, Text

METHODS = Registry(__name__, key="name")

DEFAULT = "autoencoder"
AFFINE = "affine"  # whether the output is scaled and shifted as fits the training images best


def method(
    name: str, *, title: Text, description: Text
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function or class as a method.

    Parameters
    ----------
    name : str
        Its name in the configuration.
    title, description : mapping
        Language → what the page calls it, and what it does in one line.
    """

    def register(make: Callable[..., Any]) -> Callable[..., Any]:
        METHODS.add(Entry(name, make, title, description, given=0 if inspect.isclass(make) else 1))
        return make

    return register


class Filter:
    """A method that learns nothing: a function of the noisy images.

    Parameters
    ----------
    function : callable
        ``(noisy, **arguments) -> clean``.
    arguments : mapping
    """

    parameters = 0

    def __init__(self, function: Callable[..., np.ndarray], arguments: Mapping[str, Any]) -> None:
        self.function, self.arguments = function, arguments

    def denoise(self, noisy: np.ndarray) -> np.ndarray:
        """Clean images."""
        return self.function(noisy, **self.arguments)


def names() -> list[str]:
    """List all methods."""
    return METHODS.names()


def is_trained(name: str) -> bool:
    """Tell whether a job of its own trains a method."""
    return getattr(METHODS.entries[name].make, "load", None) is not None


def source(settings: Mapping[str, Any]) -> str | None:
    """Return the experiment whose trained model a method takes; None if it takes none."""
    entry = METHODS.entries.get(settings["name"])
    return settings["experiment"] if entry and hasattr(entry.make, "borrow") else None


def stated(settings: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a configuration's ``method`` as a mapping: a text is a name without parameters."""
    return {"name": settings} if isinstance(settings, str) else settings


def resolve(settings: str | Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the defaults: ``median-filter`` → ``{"name": "median-filter", "size": 3}``."""
    corrected = {AFFINE: True} if stated(settings).get(AFFINE) else {}
    return {**METHODS.resolve(stated(settings)), **corrected}


def choices(settings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the parameters that have several values to choose from."""
    return {key: value for key, value in settings.items() if isinstance(value, list)}


def build(settings: Mapping[str, Any]) -> Any:
    """Make the method that settings name, not fitted yet; what it offers is said above."""
    entry = METHODS.entry(settings)
    arguments = entry.arguments(settings)
    if inspect.isclass(entry.make):
        return entry.make(**arguments)
    return Filter(entry.make, arguments)
