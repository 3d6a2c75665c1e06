import keras
import numpy as np
import pytest
import tensorflow as tf

from denoising.config.resolve import resolved_experiment
from denoising.model.build import build_autoencoder
from denoising.model.fast import TiledConv2DTranspose, cheaper, needed_sides


def model_of(*layers, shape=(3, 4, 2)):
    image = x = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(image, x)


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
    tiled = cheaper(plain)
    assert isinstance(tiled.layers[-1], TiledConv2DTranspose)
    images = np.random.default_rng(0).random((5, 3, 4, 2), dtype=np.float32)
    np.testing.assert_allclose(tiled(images), plain(images), rtol=1e-5, atol=1e-6)
    assert tiled.output_shape == plain.output_shape


def test_one_position_by_hand():
    """An input of one position, value 2, gives twice the kernel."""
    layer = keras.layers.Conv2DTranspose(1, 2, strides=2, use_bias=False)
    plain = model_of(layer, shape=(1, 1, 1))
    layer.set_weights([np.array([[1, 2], [3, 4]], np.float32).reshape(2, 2, 1, 1)])
    found = cheaper(plain)(np.full((1, 1, 1, 1), 2, np.float32))
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
    copy = cheaper(model_of(layer)).layers[-1]
    assert type(copy) is type(layer)


def test_the_copy_has_its_own_weights():
    plain = model_of(keras.layers.Conv2DTranspose(1, 2, strides=2))
    before = plain.get_weights()
    tiled = cheaper(plain)
    tiled.set_weights([w + 1 for w in before])
    assert all(np.array_equal(a, b) for a, b in zip(before, plain.get_weights(), strict=True))


# --- the cropped input ---


@pytest.mark.parametrize(
    ("experiment", "sides"),
    # Backwards, as in 5 ← pool 10 ← 3×3 12 ← pool 24 ← 3×3 26, of the write-up's listings.
    [("baseline", [26, 26]), ("side-4", [28, 28]), ("side-3", [28, 28]), ("side-1", [25, 25])],
)
def test_write_ups_encoders(config, experiment, sides):
    architecture = resolved_experiment(config, experiment)["architecture"]
    assert needed_sides(build_autoencoder(architecture, seed=0)) == sides


@pytest.mark.parametrize("experiment", ["baseline", "side-3", "side-1"])
def test_values_and_gradients_are_the_plain_models(config, experiment):
    architecture = resolved_experiment(config, experiment)["architecture"]
    plain = build_autoencoder(architecture, seed=0)
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)

    def value_and_gradients(model):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((model(images) - images) ** 2)
        return [loss, *tape.gradient(loss, model.trainable_variables)]

    for ours, theirs in zip(*map(value_and_gradients, (cheaper(plain), plain)), strict=True):
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(ours / scale, theirs / scale, atol=1e-5)


def test_what_is_cropped_has_no_say(config):
    plain = build_autoencoder(resolved_experiment(config, "baseline")["architecture"], seed=0)
    images = np.random.default_rng(0).random((1, 28, 28, 1), dtype=np.float32)
    other = images.copy()
    other[:, 26:] = other[:, :, 26:] = 0.5
    np.testing.assert_array_equal(plain(images), plain(other))


@pytest.mark.parametrize(
    "layers",
    [
        [keras.layers.Conv2D(2, 3, padding="same"), keras.layers.MaxPooling2D(2)],
        [keras.layers.BatchNormalization(), keras.layers.MaxPooling2D(2)],
        [keras.layers.Conv2D(2, 3, dilation_rate=2), keras.layers.MaxPooling2D(2)],
        [keras.layers.Flatten(), keras.layers.Dense(3)],
    ],
)
def test_nothing_is_cropped_where_every_position_counts(layers):
    assert needed_sides(model_of(*layers, shape=(9, 11, 1))) == [9, 11]


def test_strides_and_unequal_sides():
    """7 × 12 → kernel 3 × 2, stride 2 × 3: 3 × 4 positions; they need 7 × 11."""
    model = model_of(keras.layers.Conv2D(1, (3, 2), strides=(2, 3)), shape=(7, 12, 1))
    assert needed_sides(model) == [7, 11]


# --- graphs ---

POOLED = [{"layer": "Conv2D", "filters": 2, "kernel_size": 3}, {"layer": "MaxPooling2D"}]
UP = {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 4, "strides": 4}


def graph_of(encoder, *decoder):
    """An image of 9 × 9; the encoder's 3 × 3 (of 9 → 7 → 3) needs 8 × 8 of it."""
    architecture = {"input_shape": [9, 9, 1], "encoder": encoder, "decoder": list(decoder)}
    return build_autoencoder(architecture, seed=0)


@pytest.mark.parametrize(
    ("model", "sides"),
    [
        (lambda: graph_of(POOLED, UP), [8, 8]),
        # the image, or what is computed of it, is taken twice
        (lambda: graph_of(POOLED, {"layer": "UpSampling2D", "size": 3},
                          {"layer": "Add", "inputs": ["image", "decoder_1"]}), [9, 9]),
        (lambda: graph_of([{**POOLED[0], "name": "fine"}, POOLED[1]], UP,
                          {"layer": "Conv2D", "filters": 1, "kernel_size": 6},
                          {"layer": "Add", "inputs": ["fine", "decoder_2"]}), [9, 9]),
        # behind the code it is taken twice, but as a whole
        (lambda: graph_of(POOLED, UP, {**UP, "inputs": ["code"]},
                          {"layer": "Add", "inputs": ["decoder_1", "decoder_2"]}), [8, 8]),
        # a regularizer sums up the whole output of its layer
        (lambda: graph_of([{**POOLED[0], "activity_regularizer": {"name": "l1"}}, POOLED[1]], UP),
         [9, 9]),
        (lambda: graph_of([{**POOLED[0], "kernel_regularizer": {"name": "l1"}}, POOLED[1]], UP),
         [8, 8]),
    ],
)  # fmt: skip
def test_only_what_nothing_needs_is_cropped(model, sides):
    plain = model()
    assert needed_sides(plain) == sides
    fast = cheaper(plain)
    images = np.random.default_rng(0).random((3, 9, 9, 1), dtype=np.float32)

    def value_losses_and_gradients(model):
        with tf.GradientTape() as tape:
            decoded = model(images)
            total = tf.add_n([tf.reduce_sum(decoded**2), *model.losses])
        weights = [model.get_layer(layer.name).weights for layer in plain.layers[1:]]
        return [decoded, total, *tape.gradient(total, [w for some in weights for w in some])]

    for ours, theirs in zip(*map(value_losses_and_gradients, (fast, plain)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    kinds = [type(layer).__name__ for layer in fast.layers]
    assert kinds.count("TiledConv2DTranspose") == sum(
        layer.name.startswith("decoder") and type(layer) is keras.layers.Conv2DTranspose
        for layer in plain.layers
    )


POINTWISE = [
    keras.layers.Conv2D(3, 1, strides=2),
    keras.layers.Conv2D(3, 1, strides=(3, 2), padding="same"),
    keras.layers.SeparableConv2D(3, 1, strides=4),
    keras.layers.DepthwiseConv2D(1, strides=2, padding="same"),
]


@pytest.mark.parametrize("layer", POINTWISE)
@pytest.mark.parametrize("behind", [False, True])
def test_pointwise_convolutions_take_what_they_reach(layer, behind):
    """By hand: the pixels at every stride-th place alone, through the kernel of one pixel."""
    layer = type(layer).from_config(layer.get_config())
    first = [keras.layers.Dense(2)] if behind else []  # else the image itself is cropped
    plain = model_of(*first, layer, shape=(8, 12, 2))
    copy = cheaper(plain)
    images = np.random.default_rng(0).random((4, 8, 12, 2), dtype=np.float32)
    rows, columns = layer.strides
    reached = images[:, ::rows, ::columns]
    unstrided = type(layer).from_config({**layer.get_config(), "strides": (1, 1)})
    hidden = first[0](reached) if behind else tf.constant(reached)
    unstrided.build(hidden.shape)
    unstrided.set_weights(layer.get_weights())
    np.testing.assert_allclose(copy(images), unstrided(hidden), rtol=1e-5, atol=1e-6)
    taken = copy.get_layer(layer.name).input.shape[1:3]
    assert [(n - 1) % s for n, s in zip(taken, layer.strides, strict=True)] == [0, 0]
