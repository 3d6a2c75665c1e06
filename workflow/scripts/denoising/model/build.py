"""Keras models from the configuration's lists of layers."""

import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import keras


def class_named(module: ModuleType, name: str) -> type:
    """Find a class of a Keras module by name, whatever its case and underscores.

    Raises
    ------
    KeyError
        If the module has no such class.
    """
    classes = {key.lower(): value for key, value in vars(module).items() if inspect.isclass(value)}
    return classes[name.replace("_", "").lower()]


def configured(module: ModuleType, settings: Mapping[str, Any]) -> Any:
    """Make an object of a Keras module from its ``name`` and the arguments beside it."""
    arguments = {key: value for key, value in settings.items() if key != "name"}
    return class_named(module, settings["name"])(**arguments)


def build_autoencoder(architecture: Mapping[str, Any], seed: int) -> keras.Model:
    """Build an autoencoder.

    Parameters
    ----------
    architecture : mapping
        ``input_shape``, and the ``encoder`` and ``decoder`` as lists of layers: Keras' names and
        arguments. A layer takes the output of the one before it, or those that its ``inputs``
        name; ``image`` is the input.
    seed : int
        Fixes the initial weights.

    Returns
    -------
    keras.Model
        From (N, *input_shape) to the same; the layer named ``code``, the encoder's last, gives
        the code.

    Raises
    ------
    Exception
        Whatever Keras raises of a layer, with a note of which it is.
    """
    keras.utils.set_random_seed(seed)
    image = x = keras.Input(tuple(architecture["input_shape"]), name="image")
    outputs = {"image": image}
    for name, layer in _named(architecture):
        before = [outputs[other] for other in layer["inputs"]] if "inputs" in layer else [x]
        try:
            x = _built(layer, name)(before if len(before) > 1 else before[0])
        except Exception as error:
            error.add_note(f"layer {name}, {layer['layer']}")
            raise
        outputs[name] = x
    return keras.Model(image, x, name="autoencoder")


def _named(architecture: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each layer after its name: the stated one, or its stack and position."""
    for stack in ("encoder", "decoder"):
        for position, layer in enumerate(architecture[stack], start=1):
            last = stack == "encoder" and position == len(architecture["encoder"])
            yield "code" if last else layer.get("name", f"{stack}_{position}"), layer


def _built(layer: Mapping[str, Any], name: str) -> keras.layers.Layer:
    arguments = {key: v for key, v in layer.items() if key not in ("layer", "name", "inputs")}
    for key, value in arguments.items():
        for kind in ("regularizer", "initializer"):
            if key.endswith(f"_{kind}") and isinstance(value, Mapping):
                arguments[key] = configured(getattr(keras, f"{kind}s"), value)
    return getattr(keras.layers, layer["layer"])(**arguments, name=name)


def layer_table(model: keras.Model) -> list[dict[str, Any]]:
    """List a built model's layers, each after those that it takes its input from.

    Returns
    -------
    list of dict
        ``name``, ``layer`` (its kind), ``output_shape`` (without the batch), ``parameters``, and
        ``inputs``, the names of the layers whose output it takes; ``image`` is the input.
    """
    names = {id(layer.output): layer.name for layer in model.layers}
    return [
        {
            "name": layer.name,
            "layer": type(layer).__name__,
            "output_shape": "×".join(map(str, layer.output.shape[1:])),
            "parameters": layer.count_params(),
            "inputs": [names[id(tensor)] for tensor in keras.tree.flatten(layer.input)],
        }
        for layer in model.layers[1:]
    ]
