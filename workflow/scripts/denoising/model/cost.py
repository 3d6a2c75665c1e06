"""What a training costs, estimated before it begins."""

from collections.abc import Mapping
from math import prod
from typing import Any

from denoising.model.shapes import Layer, Shape, graph_shapes, nodes, pair

# Measured on one core with AVX2 (AMD EPYC); other processors differ by a factor of two or three.
PER_SECOND = 30e9  # multiplications with an addition
STEP = 0.5e-3  # seconds of a step beside them
IMAGE = 30e-6  # seconds of an image beside them
START = 12  # seconds until the first epoch
BACKWARD = 2  # times what a pass forward takes


def multiplications(layer: Layer, inputs: Shape, output: Shape) -> int:
    """Count the multiplications of a layer for one image.

    Parameters
    ----------
    layer : dict
        As in the configuration, with its defaults merged in.
    inputs, output : tuple of int
        Shapes of its first input and its output, without the batch axis.
    """
    kind = layer["layer"]
    if kind == "Dense":
        return inputs[-1] * prod(output)
    if kind not in ("Conv2D", "Conv2DTranspose"):
        return 0
    window = prod(pair(layer["kernel_size"]))
    # each pixel of the input of a transposed convolution goes into a whole window
    positions = prod(output[:2]) if kind == "Conv2D" else prod(inputs[:2])
    return positions * window * inputs[-1] * layer["filters"]


def operations(architecture: Mapping[str, Any]) -> int:
    """Count the multiplications that one image takes through a resolved architecture."""
    shapes = graph_shapes(architecture, tuple(architecture["input_shape"]))
    return sum(
        multiplications(node.layer, shapes[node.inputs[0]], shapes[node.name])
        for node in nodes(architecture)
    )


def training_seconds(settings: Mapping[str, Any]) -> float:
    """Estimate the core seconds of a training from a resolved experiment."""
    data, training = settings["data"], settings["training"]
    validated = data["test"] if data["validation"] == "test" else data["validation"]
    steps = -(-data["train"] // training["batch_size"])
    passes = (1 + BACKWARD) * data["train"] + validated
    epoch = (
        passes * operations(settings["architecture"]) / PER_SECOND
        + steps * STEP
        + (data["train"] + validated) * IMAGE
    )
    return START + training["epochs"] * epoch
