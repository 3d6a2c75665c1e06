"""What an architecture costs to compute."""

from math import prod
from typing import Any

from denoising.model.shapes import Shape, pair, stack_shapes


def multiply_adds(layers: list[dict[str, Any]], shape: Shape) -> int:
    """Count the multiply-adds of one image's forward pass through a stack.

    A convolution takes one for each output position, kernel position, input channel and filter;
    a transposed one likewise for each *input* position. Biases, activations and pooling are not
    counted. A training step takes three times as many: the backward pass computes two
    gradients, of the inputs and of the weights.

    Parameters
    ----------
    layers : list of dict
        As in the configuration, with their defaults merged in.
    shape : tuple of int
        What enters, without the batch axis.
    """
    shapes = stack_shapes(layers, shape)
    return sum(map(_of_layer, layers, shapes, shapes[1:]))


def _of_layer(layer: dict[str, Any], before: Shape, after: Shape) -> int:
    if layer["layer"] in ("Conv2D", "Conv2DTranspose"):
        positions = after if layer["layer"] == "Conv2D" else before
        kernel = prod(pair(layer["kernel_size"]))
        return prod(positions[:2]) * kernel * before[-1] * layer["filters"]
    return prod(before) * layer["units"] if layer["layer"] == "Dense" else 0
