import keras
import numpy as np
import pytest

from denoising.config.resolve import resolved_experiment
from denoising.model.build import build_autoencoder, layer_table

# By hand: C32×3 on 1 channel: 9·32 + 32 = 320; on 32 channels: 9·32·32 + 32 = 9248;
# D32×8 without bias: 64·32·32 = 65536; D1×2: 4·32 = 128.
BASELINE = [
    ("Conv2D", "26×26×32", 320),
    ("MaxPooling2D", "13×13×32", 0),
    ("Conv2D", "11×11×32", 9248),
    ("MaxPooling2D", "5×5×32", 0),
    ("Conv2DTranspose", "16×16×32", 65536),
    ("Conv2D", "14×14×32", 9248),
    ("Conv2DTranspose", "28×28×1", 128),
]


@pytest.fixture(scope="module")
def baseline(config):
    return resolved_experiment(config, "baseline")["architecture"]


def test_layer_table_by_hand(baseline):
    rows = layer_table(build_autoencoder(baseline, seed=0))
    assert [(r["layer"], r["output_shape"], r["parameters"]) for r in rows] == BASELINE
    assert [r["name"] for r in rows].index("code") == 3


def test_every_write_up_architecture_is_built_as_listed(config):
    for name in config["experiments"]:
        model = build_autoencoder(resolved_experiment(config, name)["architecture"], seed=0)
        assert model.output_shape == (None, 28, 28, 1)
        assert model.layers[-1].activation is keras.activations.relu
        assert not model.layers[-1].use_bias


def test_initial_weights_depend_on_the_seed_alone(baseline):
    first = build_autoencoder(baseline, seed=3).get_weights()
    again = build_autoencoder(baseline, seed=3).get_weights()
    other = build_autoencoder(baseline, seed=4).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_a_published_autoencoder_is_config_alone():
    """The convolutional autoencoder of the Keras blog: 4×4×8 code, up-sampling decoder."""
    conv = {"layer": "Conv2D", "kernel_size": 3, "activation": "relu", "padding": "same"}
    pool = {"layer": "MaxPooling2D", "pool_size": 2, "padding": "same"}
    up = {"layer": "UpSampling2D", "size": 2}
    architecture = {
        "input_shape": [28, 28, 1],
        "encoder": [
            {**conv, "filters": 16}, pool, {**conv, "filters": 8}, pool,
            {**conv, "filters": 8}, pool,
        ],
        "decoder": [
            {**conv, "filters": 8}, up, {**conv, "filters": 8}, up,
            {**conv, "filters": 16, "padding": "valid"}, up,
            {**conv, "filters": 1, "activation": "sigmoid"},
        ],
    }  # fmt: skip
    model = build_autoencoder(architecture, seed=0)
    assert model.get_layer("code").output.shape == (None, 4, 4, 8)
    assert model.output_shape == (None, 28, 28, 1)
    assert model.count_params() == 4385  # the sum that the blog's listing gives by hand


# --- graphs ---

CONV = {"layer": "Conv2D", "kernel_size": 3, "padding": "same", "activation": "relu"}
RESIDUAL_U_NET = {
    "input_shape": [6, 8, 1],
    "encoder": [{**CONV, "filters": 2, "name": "fine"}, {"layer": "MaxPooling2D"}],
    "decoder": [
        {"layer": "Conv2DTranspose", "filters": 3, "kernel_size": 2, "strides": 2},
        {"layer": "Concatenate", "inputs": ["fine", "decoder_1"]},
        {**CONV, "filters": 1, "name": "noise"},
        {"layer": "Subtract", "inputs": ["image", "noise"]},
    ],
}


def by_hand():
    image = keras.Input((6, 8, 1))
    fine = keras.layers.Conv2D(2, 3, padding="same", activation="relu", name="fine")(image)
    code = keras.layers.MaxPooling2D(name="code")(fine)
    up = keras.layers.Conv2DTranspose(3, 2, strides=2, name="decoder_1")(code)
    both = keras.layers.Concatenate()([fine, up])
    noise = keras.layers.Conv2D(1, 3, padding="same", activation="relu", name="noise")(both)
    return keras.Model(image, image - noise)


def test_a_graph_computes_what_one_built_by_hand_does():
    model, expected = build_autoencoder(RESIDUAL_U_NET, seed=0), by_hand()
    for name in ("fine", "decoder_1", "noise"):
        expected.get_layer(name).set_weights(model.get_layer(name).get_weights())
    images = np.random.default_rng(0).random((3, 6, 8, 1), dtype=np.float32)
    np.testing.assert_allclose(model(images), expected(images), rtol=1e-6)


def test_layer_table_of_a_graph():
    rows = layer_table(build_autoencoder(RESIDUAL_U_NET, seed=0))
    assert [(row["name"], row["inputs"]) for row in rows] == [
        ("fine", ["image"]), ("code", ["fine"]), ("decoder_1", ["code"]),
        ("decoder_2", ["fine", "decoder_1"]), ("noise", ["decoder_2"]),
        ("decoder_4", ["image", "noise"]),
    ]  # fmt: skip
    # C2×3 on 1 channel: 9·2 + 2; D3×2 on 2: 4·2·3 + 3; C1×3 on 5: 9·5 + 1.
    assert [row["parameters"] for row in rows] == [20, 0, 27, 0, 46, 0]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"name": "l2", "l2": 0.1}, lambda w: 0.1 * np.sum(w**2)),
        ({"name": "l1", "l1": 0.1}, lambda w: 0.1 * np.sum(np.abs(w))),
        ({"name": "l1_l2", "l1": 0.1, "l2": 0.2},
         lambda w: 0.1 * np.sum(np.abs(w)) + 0.2 * np.sum(w**2)),
    ],
)  # fmt: skip
def test_regularizers_by_name(settings, expected):
    layer = {**CONV, "filters": 1, "kernel_regularizer": settings}
    architecture = {
        "input_shape": [4, 4, 1],
        "encoder": [layer],
        "decoder": [{**CONV, "filters": 1}],
    }
    model = build_autoencoder(architecture, seed=0)
    kernel, _ = model.get_layer("code").get_weights()
    assert float(sum(model.losses)) == pytest.approx(expected(kernel), rel=1e-5)


def test_an_initializer_with_arguments(baseline):
    narrow = {"name": "random_normal", "stddev": 1e-3}
    last = {**baseline["decoder"][-1], "kernel_initializer": narrow}
    changed = {**baseline, "decoder": [*baseline["decoder"][:-1], last]}
    one, other = (build_autoencoder(own, seed=3).get_weights() for own in (baseline, changed))
    assert all(map(np.array_equal, one[:-1], other[:-1]))
    assert 2e-4 < np.std(other[-1]) < 2e-3
    again = build_autoencoder(changed, seed=3).get_weights()
    np.testing.assert_array_equal(other[-1], again[-1])
