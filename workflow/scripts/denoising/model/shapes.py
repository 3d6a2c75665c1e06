"""Shapes of a stack of layers, computed without building it.

The formulas are those of Keras (`padding` valid and same): a convolution or pooling over n
positions with kernel k and stride s gives ``ceil((n - k + 1) / s)`` or ``ceil(n / s)``, a
transposed convolution ``(n - 1) s + max(k, s)`` or ``n s``.
"""

from collections.abc import Callable
from math import prod
from typing import Any

Shape = tuple[int, ...]
Layer = dict[str, Any]


class ShapeError(ValueError):
    """A layer cannot take what reaches it."""


def has_bottleneck(architecture: dict[str, Any]) -> bool:
    """Tell whether every path from the image to the output passes through the code."""
    layers = (layer for stack in ("encoder", "decoder") for layer in architecture[stack])
    return not any("inputs" in layer for layer in layers)


def pair(value: int | list[int]) -> tuple[int, int]:
    """Return (rows, columns) of an argument that may be one number for both."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def format_shape(shape: Shape) -> str:
    """Write (28, 28, 1) as 28×28×1."""
    return "×".join(map(str, shape))


def _image(layer: Layer, shape: Shape) -> None:
    if len(shape) != 3:
        raise ShapeError(
            f"{layer['layer']} needs rows×columns×channels, gets {format_shape(shape)}"
        )


def _windows(shape: Shape, size: Any, strides: Any, padding: str, layer: Layer) -> Shape:
    _image(layer, shape)
    sides = []
    for n, k, s in zip(shape[:2], pair(size), pair(strides), strict=True):
        if padding == "valid" and k > n:
            raise ShapeError(
                f"{layer['layer']} with a window of {k} does not fit into {format_shape(shape)}"
            )
        sides.append(-(-n // s) if padding == "same" else -(-(n - k + 1) // s))
    return tuple(sides)


def _convolution(layer: Layer, shape: Shape) -> Shape:
    strides = layer.get("strides", 1)
    sides = _windows(shape, layer["kernel_size"], strides, layer.get("padding", "valid"), layer)
    return (*sides, layer["filters"])


def _transposed_convolution(layer: Layer, shape: Shape) -> Shape:
    _image(layer, shape)
    same = layer.get("padding", "valid") == "same"
    geometry = zip(
        shape[:2], pair(layer["kernel_size"]), pair(layer.get("strides", 1)), strict=True
    )
    sides = (n * s if same else (n - 1) * s + max(k, s) for n, k, s in geometry)
    return (*sides, layer["filters"])


def _pooling(layer: Layer, shape: Shape) -> Shape:
    size = layer.get("pool_size", 2)
    sides = _windows(shape, size, layer.get("strides", size), layer.get("padding", "valid"), layer)
    return (*sides, shape[2])


def _up_sampling(layer: Layer, shape: Shape) -> Shape:
    _image(layer, shape)
    rows, columns = pair(layer.get("size", 2))
    return (shape[0] * rows, shape[1] * columns, shape[2])


def _zero_padding(layer: Layer, shape: Shape) -> Shape:
    _image(layer, shape)
    rows, columns = pair(layer.get("padding", 1))
    return (shape[0] + 2 * rows, shape[1] + 2 * columns, shape[2])


def _cropping(layer: Layer, shape: Shape) -> Shape:
    _image(layer, shape)
    rows, columns = pair(layer.get("cropping", 1))
    if 2 * rows >= shape[0] or 2 * columns >= shape[1]:
        raise ShapeError(f"Cropping2D leaves nothing of {format_shape(shape)}")
    return (shape[0] - 2 * rows, shape[1] - 2 * columns, shape[2])


def _dense(layer: Layer, shape: Shape) -> Shape:
    return (*shape[:-1], layer["units"])


def _flatten(layer: Layer, shape: Shape) -> Shape:
    return (prod(shape),)


def _reshape(layer: Layer, shape: Shape) -> Shape:
    target = tuple(layer["target_shape"])
    if prod(target) != prod(shape):
        raise ShapeError(f"Reshape cannot turn {format_shape(shape)} into {format_shape(target)}")
    return target


def _unchanged(layer: Layer, shape: Shape) -> Shape:
    return shape


OUTPUT_SHAPES: dict[str, Callable[[Layer, Shape], Shape]] = {
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed_convolution,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "UpSampling2D": _up_sampling,
    "ZeroPadding2D": _zero_padding,
    "Cropping2D": _cropping,
    "Dense": _dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "BatchNormalization": _unchanged,
    "Dropout": _unchanged,
    "Activation": _unchanged,
}


def stack_shapes(layers: list[Layer], shape: Shape) -> list[Shape]:
    """Shapes of one image on its way through a stack.

    Parameters
    ----------
    layers : list of dict
        Layers as in the configuration, with their defaults merged in.
    shape : tuple of int
        What enters, without the batch axis.

    Returns
    -------
    list of tuple of int
        ``shape`` and then the output of each layer.

    Raises
    ------
    ShapeError
        If a layer cannot take what reaches it.
    """
    shapes = [shape]
    for layer in layers:
        shapes.append(OUTPUT_SHAPES[layer["layer"]](layer, shapes[-1]))
    return shapes
