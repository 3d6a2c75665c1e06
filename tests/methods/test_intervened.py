"""Positions are silenced, revived, and the others stay; what was done is told."""

import json

import keras
import numpy as np
import pytest

from denoising import methods
from denoising.errors import LabError
from denoising.files import put
from denoising.methods.intervened import NOTHING, REVIVED, SILENCED, place, set_weights
from denoising.model.build import build_autoencoder

DECODER = [
    {"layer": "Conv2DTranspose", "filters": 32, "kernel_size": 2, "strides": 2, "padding": "valid",
     "activation": "relu", "kernel_initializer": "he_normal"},
    {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2, "padding": "valid",
     "activation": "relu", "use_bias": False, "kernel_initializer": "ones"},
]  # fmt: skip
RUN = {
    "architecture": {
        "name": "tiny", "input_shape": [8, 8, 1],
        "encoder": [{"layer": "Conv2D", "filters": 8, "kernel_size": 4, "strides": 4}],
        "decoder": DECODER,
    },
    "optimizer": {"name": "adam", "learning_rate": 0.01},
    "loss": {"name": "mean_squared_error"}, "training": {"epochs": 1, "batch_size": 10},
}  # fmt: skip


def squares(count, seed):
    """Bright squares of 4 × 4 pixels, each of its own brightness, on black; noisy, and clean."""
    rng = np.random.default_rng(seed)
    blocks = rng.random((count, 2, 2, 1)) * (rng.random((count, 2, 2, 1)) < 0.7) + 0.01
    clean = blocks.repeat(4, 1).repeat(4, 2).astype(np.float32)
    return (clean + rng.normal(0, 0.1, clean.shape)).astype(np.float32), clean


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run that was trained, as far as the method looks at it."""
    own = tmp_path_factory.mktemp("run")
    model = build_autoencoder(RUN["architecture"], 0)
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    model.fit(*squares(200, 0), epochs=40, verbose=0)
    put(own / "config.json", json.dumps(RUN).encode())
    model.save(own / "model.keras")
    return own


def taken(folder, change, **parameters):
    settings = {"name": "intervened", "experiment": "a", "change": change, **parameters}
    method = methods.build(methods.resolve(settings))
    method.borrow(folder)
    return method


def errors(method):
    """Relative error of each of the 4 × 4 positions on fresh images."""
    noisy, clean = squares(60, 1)
    squared = np.square(method.denoise(noisy) - clean)[..., 0]
    energy = np.square(clean)[..., 0]
    by = [
        [squared[:, i::4, j::4].sum() / energy[:, i::4, j::4].sum() for j in range(4)]
        for i in range(4)
    ]
    return np.sqrt(by)


def test_places_by_hand():
    """Of 4 × 4 positions (3, 2) has the weights at (1, 0), and sees pixels (1, 1) of 2 × 2."""
    assert place((3, 2), (2, 2)) == ((1, 0), (1, 1))
    assert place((0, 1), (2, 2)) == ((0, 1), (0, 0))
    assert place((5, 4), (3, 2)) == ((2, 0), (1, 2))


def test_weights_that_change_one_place_alone():
    """Where the channels can tell the places apart, by hand: channel 0 outside, 1 inside."""
    before = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    inside = np.array([False, False, True, True])
    target = np.array([0, 0, -2.0, -6.0])
    found = set_weights(before, np.array([0.7, 0.9]), inside, target, 1.0)
    assert found == pytest.approx([0.7, -2], abs=0.01)


def test_a_position_is_silenced_revived_and_the_others_stay(folder):
    images = squares(200, 0)
    method = taken(folder, SILENCED)
    before = errors(method)
    assert (before < 0.6).all()
    method.set(*images, [(2, 1)])
    silent = errors(method)
    assert silent[2, 1] == pytest.approx(1, abs=0.05)
    others = np.ones((4, 4), bool)
    others[2, 1] = False
    assert np.abs(silent - before)[others].max() < 0.1
    method.change = REVIVED
    method.set(*images, [(2, 1)])
    assert errors(method)[2, 1] < 0.7


def test_what_was_done_is_told(folder):
    images = squares(200, 0)
    method = taken(folder, SILENCED, epochs=0)
    method.fit(*images, np.random.default_rng(0))
    assert method.told["changed"] == np.argwhere(errors(method) > 0.9).tolist()
    del method.told["changed"]
    assert method.told == {
        "positions": 16, "dead_before": 0, "dead_at_once": 1, "dead": 1, "held": 1,
    }  # fmt: skip


def test_positions_that_share_a_place_are_set_together(folder):
    """(0, 0) and (2, 2) have the weights at (0, 0), and see pixels of their own."""
    method = taken(folder, SILENCED)
    method.set(*squares(200, 0), [(0, 0), (2, 2)])
    assert errors(method)[[0, 2], [0, 2]] == pytest.approx([1, 1], abs=0.05)


def test_the_same_generator_gives_the_same(folder):
    images = squares(100, 0)
    found = []
    for _ in range(2):
        method = taken(folder, SILENCED, epochs=1)
        method.fit(*images, np.random.default_rng(5))
        found.append((method.told, method.denoise(images[0])))
    assert found[0][0] == found[1][0]
    np.testing.assert_array_equal(found[0][1], found[1][1])


@pytest.mark.parametrize("change", [NOTHING, REVIVED])
def test_where_there_is_nothing_to_change_it_is_only_trained_on(folder, change):
    """No position of it is dead."""
    images = squares(100, 0)
    method = taken(folder, change, positions=16, epochs=1)
    before = method.denoise(images[0])
    method.fit(*images, np.random.default_rng(5))
    assert method.told["changed"] == [] and method.told["held"] == 0
    assert method.told["dead"] == 0
    assert np.abs(method.denoise(images[0]) - before).max() > 0


def test_a_layer_that_no_position_can_be_set_in_is_refused(folder, tmp_path):
    last = {**DECODER[1], "kernel_size": 3}
    run = {**RUN, "architecture": {**RUN["architecture"], "decoder": [DECODER[0], last]}}
    put(tmp_path / "config.json", json.dumps(run).encode())
    put(tmp_path / "model.keras", (folder / "model.keras").read_bytes())
    with pytest.raises(LabError, match="kernel is as large as its strides"):
        taken(tmp_path, SILENCED)
