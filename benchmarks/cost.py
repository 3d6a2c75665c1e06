"""What an architecture costs to compute."""

from collections.abc import Mapping
from math import prod
from typing import Any

from denoising.model.shapes import Shape, graph_shapes, nodes, pair


def multiply_adds(architecture: Mapping[str, Any], image: Shape) -> int:
    """Count the multiply-adds of one image's forward pass through an architecture.

    A convolution takes one for each output position, kernel position, input channel and filter;
    a transposed one likewise for each *input* position. Biases, activations, pooling and sums of
    layers are not counted. A training step takes three times as many: the backward pass computes
    two gradients, of the inputs and of the weights.

    Parameters
    ----------
    architecture : mapping
        Resolved: its layers have their defaults merged in.
    image : tuple of int
        What enters, without the batch axis.
    """
    shapes = graph_shapes(architecture, image)
    return sum(
        _of_layer(node.layer, shapes[node.inputs[0]], shapes[node.name])
        for node in nodes(architecture)
    )


def _of_layer(layer: dict[str, Any], before: Shape, after: Shape) -> int:
    if layer["layer"] in ("Conv2D", "Conv2DTranspose"):
        positions = after if layer["layer"] == "Conv2D" else before
        kernel = prod(pair(layer["kernel_size"]))
        return prod(positions[:2]) * kernel * before[-1] * layer["filters"]
    return prod(before) * layer["units"] if layer["layer"] == "Dense" else 0
