"""Losses that Keras does not have, one a file: a function with its registration.

The function takes clean and decoded images (tensors of float32, shape (N, rows, columns,
channels)) and then its parameters; it returns the loss of each image, shape (N,). This package
imports nothing heavy: the Snakefile reads it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from denoising.registry import Entry, Registry, Text

Loss = Callable[..., Any]

LOSSES = Registry(__name__, key="name")


def loss(name: str, *, title: Text, formula: Text) -> Callable[[Loss], Loss]:
    """Register a function as a loss.

    Parameters
    ----------
    name : str
        Its name in the configuration; Keras has none of that name.
    title, formula : mapping
        Language → what the page calls it, and the loss of an image in one line.
    """

    def register(function: Loss) -> Loss:
        LOSSES.add(Entry(name, function, title, formula, given=2))
        return function

    return register


def own(settings: Mapping[str, Any]) -> Entry | None:
    """Return the entry that settings name; None if the loss is Keras'."""
    return LOSSES.entries.get(settings["name"])


def function(settings: Mapping[str, Any]) -> Loss | None:
    """Return the loss that settings name, of clean and decoded images; None if it is Keras'."""
    entry = own(settings)
    return None if entry is None else partial(entry.make, **entry.arguments(settings))
