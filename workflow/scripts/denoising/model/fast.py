"""The same function, cheaper to train: what a model computes in vain is left out."""

import keras
from keras import ops

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.SeparableConv2D, keras.layers.DepthwiseConv2D)
WINDOWS = (keras.layers.Conv2D, keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)


class TiledConv2DTranspose(keras.layers.Conv2DTranspose):
    """A transposed convolution with stride = kernel size: the same sums, three times as fast.

    Its kernels do not overlap in the output, so every input position gives one tile of it: a
    matrix product, then a reordering (the sub-pixel convolution of Shi et al. 2016,
    arXiv:1609.05158). Input (N, rows, columns, channels), output (N, rows · k, columns · l,
    filters) with kernels of k × l.
    """

    @staticmethod
    def replaces(layer: keras.layers.Layer) -> bool:
        """Tell whether a layer is such a convolution in its plain form."""
        return (
            type(layer) is keras.layers.Conv2DTranspose
            and layer.kernel_size == layer.strides
            and layer.dilation_rate == (1, 1)
            and layer.output_padding is None
            and layer.data_format == "channels_last"
        )

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Apply the layer."""
        _, rows, columns, channels = inputs.shape
        height, width = self.kernel_size
        kernel = ops.reshape(self.kernel, (height * width * self.filters, channels))
        tiles = ops.matmul(ops.reshape(inputs, (-1, channels)), ops.transpose(kernel))
        tiles = ops.reshape(tiles, (-1, rows, columns, height, width, self.filters))
        outputs = ops.reshape(
            ops.transpose(tiles, (0, 1, 3, 2, 4, 5)),
            (-1, rows * height, columns * width, self.filters),
        )
        if self.use_bias:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)


def cheaper(model: keras.Model) -> keras.Model:
    """Copy a graph of layers, with its weights, into one that computes the same with less work.

    - The input is cropped to the rows and columns that reach the first layers' output: a pooling
      passes over the last ones of an odd number.
    - Transposed convolutions whose kernels tile the output become matrix products.
    - Rows and columns behind the last that a strided kernel of one pixel takes are cropped: there
      oneDNN's gradient writes past the end of its memory.

    Values, gradients and what regularizers add to the loss are equal to rounding. The copy's
    layers have the names of the model's.
    """

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        kind = TiledConv2DTranspose if TiledConv2DTranspose.replaces(layer) else type(layer)
        return kind.from_config(layer.get_config())

    shape = model.input_shape[1:]
    image = x = keras.Input(shape, name="image")
    vain = [side - needed for side, needed in zip(shape, needed_sides(model), strict=False)]
    if any(vain):
        x = keras.layers.Cropping2D([(0, n) for n in vain], name="image.cropped")(x)
    copies = {id(model.input): x}
    for layer in model.layers[1:]:  # each stands behind those that it takes its input from
        before = keras.tree.map_structure(lambda tensor: copies[id(tensor)], layer.input)
        if any(passed_over := sides_passed_over(layer, before)):
            crops = [(0, n) for n in passed_over]
            before = keras.layers.Cropping2D(crops, name=f"{layer.name}.cropped")(before)
        copies[id(layer.output)] = copied(layer)(before)
    copy = keras.Model(image, copies[id(model.output)])
    for layer in model.layers[1:]:
        copy.get_layer(layer.name).set_weights(layer.get_weights())
    return copy


def sides_passed_over(layer: keras.layers.Layer, before: keras.KerasTensor) -> list[int]:
    """Rows and columns at the end of an input that a strided convolution of one pixel passes over.

    Of other layers none, whatever they pass over.
    """
    if not isinstance(layer, CONVOLUTIONS) or layer.kernel_size != (1, 1):
        return [0, 0]
    sides = zip(before.shape[1:3], layer.strides, strict=True)
    return [(side - 1) % stride for side, stride in sides]


def needed_sides(model: keras.Model) -> list[int]:
    """Rows and columns of the input that the model's output and its losses depend on.

    Windows (convolutions and poolings without padding, one after the other from the start) are
    followed to the last one's output and back: n positions of it need (n - 1) · stride + kernel
    before it. What several layers take, and what a regularizer sums up, is needed as a whole.
    """
    windows = []
    tensor = model.input
    while len(takers := _takers(model, tensor)) == 1:
        (layer,) = takers
        if not isinstance(layer, WINDOWS) or layer.padding != "valid":
            break
        if getattr(layer, "dilation_rate", (1, 1)) != (1, 1):
            break
        size = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
        tensor = layer.output
        windows.append((size, layer.strides, tensor.shape[1:3]))
        if layer.activity_regularizer is not None:
            break
    if not windows:
        return list(model.input_shape[1:3])
    sides = list(windows[-1][2])
    for size, strides, _ in reversed(windows):
        sides = [(n - 1) * s + k for n, k, s in zip(sides, size, strides, strict=True)]
    return sides


def _takers(model: keras.Model, tensor: keras.KerasTensor) -> list[keras.layers.Layer]:
    """List the layers that take a tensor as an input, once for each time that they do."""
    return [
        layer
        for layer in model.layers[1:]
        for taken in keras.tree.flatten(layer.input)
        if taken is tensor
    ]
