"""Architectures as graphs, and the shapes between their layers, without building them.

A layer takes the output of the one before it, or those that its ``inputs`` name. It is known by
its ``name``, or by its stack and position (``encoder_1``); the encoder's last is ``code``, and
``image`` is the input.

The formulas are those of Keras (`padding` valid and same): a convolution or pooling over n
positions with kernel k and stride s gives ``ceil((n - k + 1) / s)`` or ``ceil(n / s)``, a
transposed convolution ``(n - 1) s + max(k, s)`` or ``n s``.
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

Shape = tuple[int, ...]
Layer = dict[str, Any]
IMAGE, CODE = "image", "code"
STACKS = ("encoder", "decoder")
ENLARGING = {"Conv2DTranspose": "strides", "UpSampling2D": "size"}  # layer → its factor


class Node(NamedTuple):
    """A layer in its graph: its names, its key (stack, position from 0), what it says."""

    name: str
    inputs: tuple[str, ...]
    key: tuple[str, int]
    layer: Layer


class ShapeError(ValueError):
    """A layer cannot take what reaches it; ``key`` is that of the layer, if known."""

    key: tuple[str, int] | None = None


def nodes(architecture: Mapping[str, Any]) -> list[Node]:
    """List an architecture's layers with their names, in their order.

    Parameters
    ----------
    architecture : mapping
        ``encoder`` and ``decoder``: layers as in the configuration.
    """
    found: list[Node] = []
    for stack in STACKS:
        for position, layer in enumerate(architecture[stack]):
            last = stack == "encoder" and position == len(architecture[stack]) - 1
            name = CODE if last else layer.get("name", default_name((stack, position)))
            before = found[-1].name if found else IMAGE
            found.append(Node(name, tuple(layer.get("inputs", [before])), (stack, position), layer))
    return found


def default_name(key: tuple[str, int]) -> str:
    """Name a layer that has none of its own, such as ``encoder_1``."""
    return f"{key[0]}_{key[1] + 1}"


def used_nodes(architecture: Mapping[str, Any], without: str | None = None) -> set[str]:
    """Name all that the output depends on, ``image`` included.

    Parameters
    ----------
    without : str, optional
        A layer that nothing passes through: what reaches the output by it alone is not named.
    """
    *_, last = graph = nodes(architecture)
    needed = {last.name} - {without}
    for node in reversed(graph):  # a layer's inputs stand before it
        if node.name in needed:
            needed |= set(node.inputs) - {without}
    return needed


def has_bottleneck(architecture: Mapping[str, Any]) -> bool:
    """Tell whether every path from the image to the output passes through the code."""
    return IMAGE not in used_nodes(architecture, without=CODE)


def period(architecture: Mapping[str, Any]) -> tuple[int, int]:
    """Rows and columns of an architecture's lattice of output positions.

    They are the product of what its decoder's layers enlarge by (``strides`` of transposed
    convolutions, ``size`` of upsampling) since pixels were last made without neighbours.
    """
    factors = []
    for layer in architecture["decoder"]:
        if layer["layer"] in ("Flatten", "Reshape"):
            factors = []
        elif key := ENLARGING.get(layer["layer"]):
            factors.append(pair(layer.get(key, 2 if key == "size" else 1)))
    return prod(f[0] for f in factors), prod(f[1] for f in factors)


def has_lattice(architecture: Mapping[str, Any]) -> bool:
    """Tell whether output pixels share their weights in several classes, the positions.

    Past skips, pixels of one position do not see alike.
    """
    return has_bottleneck(architecture) and period(architecture) != (1, 1)


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
    rows, columns = pair(layer.get("cropping", 0))
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


def _unchanged_image(layer: Layer, shape: Shape) -> Shape:
    _image(layer, shape)
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
    "LayerNormalization": _unchanged,
    "Dropout": _unchanged,
    "SpatialDropout2D": _unchanged_image,
    "GaussianNoise": _unchanged,
    "Activation": _unchanged,
}


def _concatenated(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    first = shapes[0]
    if any(shape[:-1] != first[:-1] for shape in shapes):
        raise ShapeError(
            f"Concatenate joins channels of equal {'×'.join(_AXES[: len(first) - 1]) or 'axes'},"
            f" gets {_list(shapes)}"
        )
    return (*first[:-1], sum(shape[-1] for shape in shapes))


_AXES = ("rows", "columns")


def _elementwise(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    if layer["layer"] == "Subtract" and len(shapes) != 2:
        raise ShapeError(f"Subtract takes two inputs, gets {len(shapes)}")
    sides = [set(axis) - {1} or {1} for axis in zip(*shapes, strict=True)]
    if any(len(side) > 1 for side in sides):
        raise ShapeError(f"{layer['layer']} needs equal shapes, gets {_list(shapes)}")
    return tuple(side.pop() for side in sides)


def _list(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(format_shape, shapes))


# Of layers that take several inputs; a side of 1 is repeated by all but `Concatenate`.
MERGED_SHAPES: dict[str, Callable[[Layer, Sequence[Shape]], Shape]] = {
    "Concatenate": _concatenated,
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum"), _elementwise),
}


def output_shape(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    """Shape of a layer's output.

    Parameters
    ----------
    layer : dict
        As in the configuration, with its defaults merged in.
    shapes : sequence of tuple of int
        Of its inputs, without the batch axis.

    Raises
    ------
    ShapeError
        If the layer cannot take them.
    """
    kind = layer["layer"]
    if kind in MERGED_SHAPES:
        if len(shapes) < 2:
            raise ShapeError(f"{kind} joins several layers: name them, `inputs: [code, …]`")
        if len({len(shape) for shape in shapes}) > 1:
            raise ShapeError(f"{kind} needs inputs of as many axes, gets {_list(shapes)}")
        return MERGED_SHAPES[kind](layer, shapes)
    if len(shapes) != 1:
        raise ShapeError(f"{kind} takes one input, gets {len(shapes)}")
    return OUTPUT_SHAPES[kind](layer, shapes[0])


def graph_shapes(architecture: Mapping[str, Any], image: Shape) -> dict[str, Shape]:
    """Shapes of one image on its way through an architecture.

    Parameters
    ----------
    architecture : mapping
        Resolved: its layers have their defaults merged in.
    image : tuple of int
        What enters, without the batch axis.

    Returns
    -------
    dict
        A shape a name, ``image`` first, in the order of the layers.

    Raises
    ------
    ShapeError
        If a layer cannot take what reaches it.
    """
    shapes = {IMAGE: image}
    for node in nodes(architecture):
        try:
            shapes[node.name] = output_shape(node.layer, [shapes[name] for name in node.inputs])
        except ShapeError as error:
            error.key = node.key
            raise
    return shapes


def weights(layer: Layer, shapes: Sequence[Shape]) -> int:
    """Count the numbers that a layer learns from inputs of these shapes; running means are none."""
    kind, channels = layer["layer"], shapes[0][-1]
    if kind in ("BatchNormalization", "LayerNormalization"):
        return 2 * channels
    made = layer.get("filters") or layer.get("units")
    if not made:
        return 0
    window = prod(pair(layer["kernel_size"])) if "kernel_size" in layer else 1
    return window * channels * made + (made if layer.get("use_bias", True) else 0)
