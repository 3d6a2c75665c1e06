"""Losses that Keras does not have, one a file: a function with its registration.

The function takes clean and decoded images (tensors of float32, shape (N, rows, columns,
channels)) and then its parameters; it returns the loss of each image, shape (N,). This package
imports nothing heavy: the Snakefile reads it.
"""

from collections.abc import Callable, Mapping
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


def build(settings: Mapping[str, Any]) -> Loss:
    """Make a loss, ours or Keras', from its name and the arguments beside it."""
    import keras

    from denoising.model.build import configured

    entry = own(settings)
    if entry is None:
        return configured(keras.losses, settings)
    arguments = entry.arguments(settings)
    return lambda clean, decoded: entry.make(clean, decoded, **arguments)
