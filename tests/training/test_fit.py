import json
import os
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from denoising import seeds
from denoising.errors import LabError
from denoising.measures.metrics import relative_error
from denoising.model.build import build_autoencoder
from denoising.training.checkpoints import Checkpoints
from denoising.training.fit import epoch_orders, train

ARCHITECTURE = {
    "input_shape": [8, 8, 1],
    "encoder": [{"layer": "Conv2D", "filters": 2, "kernel_size": 3, "strides": 2}],
    "decoder": [{"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 4, "strides": 2}],
}


def run_of(epochs=2, **changes):
    return {
        "seed": 0,
        "architecture": ARCHITECTURE,
        "optimizer": {"name": "adam", "learning_rate": 0.01},
        "loss": {"name": "mean_squared_error"},
        "training": {"epochs": epochs, "batch_size": 5, "shuffle": True},
        **changes,
    }


@pytest.fixture(scope="module")
def data():
    clean = np.random.default_rng(0).random((23, 8, 8, 1), dtype=np.float32)
    return {"train": (clean, clean), "validation": (clean[:7], clean[:7])}


def trained(run, data, folder, **options):
    """Train in a folder; return the weights, the history and the trajectory."""
    folder.mkdir(exist_ok=True)
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    history = folder / "history.csv"
    checkpoints = Checkpoints(folder / "checkpoints", run)
    trajectory = train(model, run, data, history, checkpoints, **options)
    return model.get_weights(), pd.read_csv(history), trajectory


def assert_same(first, again):
    """Compare what `trained` returns, to the bit."""
    assert all(np.array_equal(a, b) for a, b in zip(first[0], again[0], strict=True))
    pd.testing.assert_frame_equal(
        first[1].drop(columns="seconds"), again[1].drop(columns="seconds"), check_exact=True
    )
    for name, array in first[2].items():
        np.testing.assert_array_equal(array, again[2][name])


def test_history_has_a_row_an_epoch_and_the_loss_falls(data, tmp_path):
    _, history, _ = trained(run_of(epochs=8), data, tmp_path)
    assert list(history.columns) == ["epoch", "loss", "val_loss", "seconds"]
    assert history["epoch"].tolist() == list(range(1, 9))
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]
    assert (history["seconds"] >= 0).all()


def test_val_loss_is_the_loss_of_the_validation_set(data, tmp_path):
    run = run_of(epochs=1)
    model = build_autoencoder(run["architecture"], 1)
    train(model, run, data, tmp_path / "h.csv", Checkpoints(tmp_path / "checkpoints", {}))
    noisy, clean = data["validation"]
    expected = np.mean((model.predict(noisy, verbose=0) - clean) ** 2)
    assert pd.read_csv(tmp_path / "h.csv")["val_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_the_trajectory_is_that_of_the_validation_images(data, tmp_path):
    run = run_of(epochs=3)
    model = build_autoencoder(run["architecture"], 1)
    found = train(model, run, data, tmp_path / "h.csv", Checkpoints(tmp_path / "checkpoints", {}))
    noisy, clean = data["validation"]
    decoded = model.predict(noisy, verbose=0)
    assert {name: array.shape for name, array in found.items()} == {
        "on": (3, 8, 8, 1), "squared_error": (3, 8, 8, 1), "relative_error": (3, 7),
    }  # fmt: skip
    np.testing.assert_array_equal(found["on"][-1], np.sum(decoded > 0, axis=0))
    expected = np.sum((decoded - clean) ** 2, axis=0)
    np.testing.assert_allclose(found["squared_error"][-1], expected, rtol=1e-4)
    expected = relative_error(clean, decoded)
    np.testing.assert_allclose(found["relative_error"][-1], expected, rtol=1e-5)


def test_same_seed_same_bits(data, tmp_path):
    assert_same(*(trained(run_of(), data, tmp_path / name) for name in "ab"))


def test_more_epochs_leave_the_first_as_they_were(data, tmp_path):
    _, short, _ = trained(run_of(epochs=2), data, tmp_path / "short")
    _, long, _ = trained(run_of(epochs=4), data, tmp_path / "long")
    pd.testing.assert_frame_equal(
        short.drop(columns="seconds"), long.drop(columns="seconds").head(2)
    )


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "adagrad"])
def test_a_stopped_training_goes_on_to_the_same_bits(optimizer, data, tmp_path, capsys):
    """Stopped after epoch 3 by another process that takes the run over, continued by that."""
    run = run_of(epochs=5, optimizer={"name": optimizer, "learning_rate": 0.01})
    whole = trained(run, data, tmp_path / "whole")
    epochs_owned = iter([True, True, False])
    with pytest.raises(LabError, match="taken this run over"):
        trained(run, data, tmp_path / "parts", owned=lambda: next(epochs_owned))
    continued = trained(run, data, tmp_path / "parts")
    assert "going on from the checkpoint of epoch 3" in capsys.readouterr().out
    assert_same(whole, continued)


def test_dropout_goes_on_to_the_same_bits(data, tmp_path):
    """Layers that draw random numbers keep their place in the stream."""
    encoder = [*ARCHITECTURE["encoder"], {"layer": "Dropout", "rate": 0.5}]
    run = run_of(epochs=3, architecture={**ARCHITECTURE, "encoder": encoder})
    whole = trained(run, data, tmp_path / "whole")
    with pytest.raises(LabError):
        trained(run, data, tmp_path / "parts", owned=lambda: False)
    assert_same(whole, trained(run, data, tmp_path / "parts"))


def test_a_finished_training_is_not_trained_again(data, tmp_path):
    first = trained(run_of(), data, tmp_path)
    again = trained(run_of(), data, tmp_path)
    assert_same(first, again)
    assert first[1]["seconds"].tolist() == again[1]["seconds"].tolist()


def test_the_checkpoint_of_another_configuration_is_not_continued(data, tmp_path, capsys):
    trained(run_of(), data, tmp_path)
    changed = run_of(loss={"name": "mean_absolute_error"})
    again = trained(changed, data, tmp_path)
    assert "dropped: it was made with another loss" in capsys.readouterr().out
    assert_same(again, trained(changed, data, tmp_path / "fresh"))


def test_training_equals_keras_own_loop(data, tmp_path):
    """The loop inside the graph, with our order, gives what batch after batch by hand gives."""
    run = run_of(epochs=2)
    weights, _, _ = trained(run, data, tmp_path)
    model = build_autoencoder(ARCHITECTURE, seeds.integer(0, "weights"))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError(), jit_compile=False)
    noisy, clean = data["train"]
    for order in epoch_orders(0, 23, 2, shuffle=True):
        for start in range(0, 23, 5):
            index = order[start : start + 5]
            model.train_on_batch(noisy[index], clean[index])
    for ours, expected in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-7)


def test_orders_are_permutations_that_differ():
    orders = epoch_orders(0, 50, 3, shuffle=True)
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3


def test_no_shuffling_keeps_the_order():
    np.testing.assert_array_equal(epoch_orders(0, 4, 2, shuffle=False), [[0, 1, 2, 3]] * 2)


def test_a_diverging_run_ends_early_without_a_crash(data, tmp_path):
    run = run_of(epochs=20, optimizer={"name": "sgd", "learning_rate": 1e30})
    _, history, _ = trained(run, data, tmp_path)
    assert len(history) < 20
    assert not np.isfinite(history["loss"].iloc[-1])
    _, again, _ = trained(run, data, tmp_path)
    assert len(again) == len(history)  # nor does it go on from its checkpoint


@pytest.mark.parametrize(
    "loss", ["binary_crossentropy", "mean_absolute_error", "huber", "log_cosh"]
)
@pytest.mark.parametrize("optimizer", ["adagrad", "sgd", "rmsprop", "adamw"])
def test_optimizers_and_losses_by_name(loss, optimizer, data, tmp_path):
    run = run_of(epochs=1, optimizer={"name": optimizer}, loss={"name": loss})
    _, history, _ = trained(run, data, tmp_path)
    assert np.isfinite(history["loss"]).all()


def test_the_program_sets_one_thread_and_onednn(tmp_path, data):
    clean, noisy, output = (tmp_path / name for name in ("clean", "noisy", "run"))
    for folder in (clean, noisy, output):
        folder.mkdir()
    for folder in (clean, noisy):
        np.save(folder / "train.npy", data["train"][0])
        np.save(folder / "test.npy", data["validation"][0])
    program = ROOT / "workflow" / "scripts" / "train.py"
    subprocess.run(
        [sys.executable, program, "--run", json.dumps(run_of(epochs=1)),
         "--clean", clean, "--noisy", noisy, "--output", output,
         "--checkpoints", tmp_path / "checkpoints"],
        check=True, env={**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"},
    )  # fmt: skip
    environment = json.loads((output / "environment.json").read_text())
    assert environment["threads"] == 1
    assert environment["environment"]["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert sorted(p.name for p in output.iterdir()) == [
        "config.json", "environment.json", "history.csv", "layers.json", "model.keras",
        "trajectory.npz",
    ]  # fmt: skip
