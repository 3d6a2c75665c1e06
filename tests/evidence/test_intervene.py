import json
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from denoising.config.resolve import data_slug, noise_slug
from denoising.errors import LabError
from denoising.evidence.intervene import (
    COLUMNS,
    NOTHING,
    REVIVED,
    SILENCED,
    Network,
    interventions,
    place,
    predicted,
    set_weights,
    state_of,
)
from denoising.files import put
from denoising.model.build import build_autoencoder

DECODER = [
    {"layer": "Conv2DTranspose", "filters": 32, "kernel_size": 2, "strides": 2, "padding": "valid",
     "activation": "relu", "kernel_initializer": "he_normal"},
    {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2, "padding": "valid",
     "activation": "relu", "use_bias": False, "kernel_initializer": "ones"},
]  # fmt: skip
RUN = {
    "experiment": "a", "seed": 3,
    "data": {"dataset": "squares", "train": 200, "test": 60, "validation": "test"},
    "noise": {"kind": "gaussian", "level": 0.1},
    "architecture": {
        "name": "tiny", "input_shape": [8, 8, 1],
        "encoder": [{"layer": "Conv2D", "filters": 8, "kernel_size": 4, "strides": 4}],
        "decoder": DECODER,
    },
    "optimizer": {"name": "adam", "learning_rate": 0.01},
    "loss": {"name": "mean_squared_error"}, "training": {"epochs": 1, "batch_size": 10},
}  # fmt: skip


def squares(count, seed):
    """Bright squares of 4 × 4 pixels, each of its own brightness, on black."""
    rng = np.random.default_rng(seed)
    blocks = rng.random((count, 2, 2, 1)) * (rng.random((count, 2, 2, 1)) < 0.7) + 0.01
    return blocks.repeat(4, 1).repeat(4, 2).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run that was trained, as far as the program looks at it."""
    tmp_path = tmp_path_factory.mktemp("results")
    clean_to = tmp_path / "datasets" / data_slug(RUN["data"])
    noisy_to = clean_to / noise_slug(RUN["noise"]) / "seed-3"
    own = tmp_path / "runs" / "a" / "seed-3"
    for one in (noisy_to, own):
        one.mkdir(parents=True)
    for part, count in (("train", 200), ("test", 60)):
        clean = squares(count, count)
        noise = np.random.default_rng(count + 1).normal(0, 0.1, clean.shape)
        np.save(clean_to / f"{part}.npy", clean)
        np.save(noisy_to / f"{part}.npy", (clean + noise).astype(np.float32))
    model = build_autoencoder(RUN["architecture"], 0)
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    model.fit(
        np.load(noisy_to / "train.npy"), np.load(clean_to / "train.npy"), epochs=40, verbose=0
    )
    put(own / "config.json", json.dumps(RUN).encode())
    model.save(own / "model.keras")
    return own


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


def test_the_prediction_is_what_black_pixels_give(folder):
    """Image by image: the same outputs with a position's pixels set to 0."""
    network = Network(folder)
    noisy, clean = network.images["test"]
    decoded = network.model.predict(noisy, verbose=0)
    state = state_of(decoded, clean, RUN["architecture"])
    silent = decoded.copy()
    silent[:, 1::4, 2::4] = 0
    expected = state_of(silent, clean, RUN["architecture"])
    assert expected.dead[1, 2]
    assert predicted(state, expected.dead) == pytest.approx(expected.error, rel=1e-6)
    assert predicted(expected, state.dead) == pytest.approx(state.error, rel=0.1)  # and back


def test_a_position_is_silenced_revived_and_the_others_stay(folder):
    network = Network(folder)
    before = network.state()
    assert not before.dead.any()
    network.change((2, 1), SILENCED)
    silent = network.state()
    assert silent.dead[2, 1] and silent.dead.sum() == 1
    error = np.sqrt(silent.squared.sum(0) / silent.energy.sum(0))
    old = np.sqrt(before.squared.sum(0) / before.energy.sum(0))
    assert np.abs(error - old)[~silent.dead].max() < 0.1
    network.change((2, 1), REVIVED)
    assert not network.state().dead.any()
    network.restore()
    assert network.state().error == pytest.approx(before.error)


def test_the_rows_of_a_run(folder):
    network = Network(folder)
    network.change((0, 0), SILENCED)
    network.trained = network.model.get_weights()  # as if it had been trained so
    rows = pd.DataFrame(interventions(network, each=1, epochs=1))[COLUMNS]
    assert rows["change"].tolist() == [NOTHING, SILENCED, REVIVED]
    assert rows["dead_before"].tolist() == [1, 1, 1]
    revived = rows.iloc[2]
    assert (revived["row"], revived["column"], revived["is_dead"]) == (0, 0, False)
    assert (
        rows.loc[1, "error_at_once"] > rows.loc[0, "error_at_once"] > rows.loc[2, "error_at_once"]
    )
    assert rows["dead_at_once"].tolist() == [1, 2, 0]
    assert rows["error_at_once"].tolist() == pytest.approx(rows["predicted_at_once"], abs=0.03)
    for change in (1, 2):  # one dead more, and none
        assert rows.loc[change, "error_after"] == pytest.approx(
            rows.loc[change, "predicted"], abs=0.06
        )


def test_the_program(folder, tmp_path):
    output = tmp_path / "table.csv"
    run = [sys.executable, "-m", "denoising.evidence.intervene", folder, "--each", "1",
           "--epochs", "1", "--output", output]  # fmt: skip
    subprocess.run(run, cwd=ROOT / "workflow" / "scripts", check=True, capture_output=True)
    assert pd.read_csv(output).columns.tolist() == COLUMNS


def test_what_cannot_be_changed_is_said(tmp_path):
    other = {**RUN, "architecture": {**RUN["architecture"], "decoder": [
        DECODER[0], {**DECODER[1], "kernel_size": 4}]}}  # fmt: skip
    put(tmp_path / "config.json", json.dumps(other).encode())
    with pytest.raises(LabError, match="as large as its strides"):
        Network(tmp_path)
    with pytest.raises(LabError, match="has no config"):
        Network(tmp_path / "missing")
