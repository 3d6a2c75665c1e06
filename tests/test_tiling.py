import keras
import numpy as np
import pytest

from denoising.tiling import TiledConv2DTranspose, with_tiling


def model_of(*layers, shape=(3, 4, 2)):
    return keras.Sequential([keras.Input(shape), *layers])


@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": 1, "kernel_size": 2, "strides": 2, "use_bias": False},
        {"filters": 3, "kernel_size": (2, 3), "strides": (2, 3), "activation": "relu"},
        {"filters": 2, "kernel_size": 4, "strides": 4, "padding": "same"},
        {"filters": 5, "kernel_size": 1, "strides": 1},
    ],
)
def test_gives_what_keras_own_layer_gives(arguments):
    plain = model_of(keras.layers.Conv2DTranspose(bias_initializer="random_normal", **arguments))
    tiled = with_tiling(plain)
    assert isinstance(tiled.layers[-1], TiledConv2DTranspose)
    images = np.random.default_rng(0).random((5, 3, 4, 2), dtype=np.float32)
    np.testing.assert_allclose(tiled(images), plain(images), rtol=1e-5, atol=1e-6)
    assert tiled.output_shape == plain.output_shape


def test_one_position_by_hand():
    """An input of one position, value 2, gives twice the kernel."""
    layer = keras.layers.Conv2DTranspose(1, 2, strides=2, use_bias=False)
    plain = model_of(layer, shape=(1, 1, 1))
    layer.set_weights([np.array([[1, 2], [3, 4]], np.float32).reshape(2, 2, 1, 1)])
    found = with_tiling(plain)(np.full((1, 1, 1, 1), 2, np.float32))
    assert found[0, :, :, 0].numpy().tolist() == [[2, 4], [6, 8]]


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Conv2DTranspose(2, 3, strides=2),
        keras.layers.Conv2DTranspose(2, 2, strides=1),
        keras.layers.Conv2DTranspose(2, 2, strides=2, output_padding=1),
        keras.layers.Conv2D(2, 2, strides=2),
    ],
)
def test_other_layers_stay_as_they_are(layer):
    copy = with_tiling(model_of(layer)).layers[-1]
    assert type(copy) is type(layer)


def test_the_copy_has_its_own_weights():
    plain = model_of(keras.layers.Conv2DTranspose(1, 2, strides=2))
    before = plain.get_weights()
    tiled = with_tiling(plain)
    tiled.set_weights([w + 1 for w in before])
    assert all(np.array_equal(a, b) for a, b in zip(before, plain.get_weights(), strict=True))
