"""Keras models from the configuration's lists of layers."""

from collections.abc import Mapping
from typing import Any

import keras


def build_autoencoder(architecture: Mapping[str, Any], seed: int) -> keras.Model:
    """Build an autoencoder.

    Parameters
    ----------
    architecture : mapping
        ``input_shape``, and the ``encoder`` and ``decoder`` as lists of layers: Keras' names and
        arguments.
    seed : int
        Fixes the initial weights.

    Returns
    -------
    keras.Model
        From (N, *input_shape) to the same; the layer named ``code`` gives the code.
    """
    keras.utils.set_random_seed(seed)
    image = x = keras.Input(tuple(architecture["input_shape"]))
    for stack in ("encoder", "decoder"):
        for position, layer in enumerate(architecture[stack], start=1):
            arguments = {key: value for key, value in layer.items() if key != "layer"}
            last = stack == "encoder" and position == len(architecture["encoder"])
            name = "code" if last else f"{stack}_{position}"
            x = getattr(keras.layers, layer["layer"])(**arguments, name=name)(x)
    return keras.Model(image, x, name="autoencoder")


def layer_table(model: keras.Model) -> list[dict[str, Any]]:
    """List a built model's layers: name, kind, output shape (without the batch), parameters."""
    return [
        {
            "name": layer.name,
            "layer": type(layer).__name__,
            "output_shape": "×".join(map(str, layer.output.shape[1:])),
            "parameters": layer.count_params(),
        }
        for layer in model.layers[1:]
    ]
