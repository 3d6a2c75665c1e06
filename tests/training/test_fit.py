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
from denoising.data.noise import add_noise
from denoising.data.shift import shifted
from denoising.errors import LabError
from denoising.measures.metrics import relative_error
from denoising.model.build import build_autoencoder
from denoising.training.checkpoints import Checkpoints
from denoising.training.fit import best_epoch, epoch_orders, has_ended, train
from denoising.training.record import Record
from denoising.training.state import Epoch

ARCHITECTURE = {
    "input_shape": [8, 8, 1],
    "encoder": [{"layer": "Conv2D", "filters": 2, "kernel_size": 3, "strides": 2}],
    "decoder": [{"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 4, "strides": 2}],
}
TRAINING = {
    "batch_size": 5,
    "shuffle": True,
    "fresh_noise": False,
    "shift": 0,
    "early_stopping": None,
}
ADAM = {"name": "adam", "learning_rate": 0.01}
NOISE = {"kind": "gaussian", "level": 0.5}


def run_of(epochs=2, training=None, **changes):
    return {
        "experiment": "x",
        "seed": 0,
        "data": {"validation": "test"},
        "noise": NOISE,
        "architecture": ARCHITECTURE,
        "optimizer": ADAM,
        "loss": {"name": "mean_squared_error"},
        "training": {**TRAINING, "epochs": epochs, **(training or {})},
        **changes,
    }


def corrupt(clean, generator):
    return add_noise(clean, NOISE, generator)


@pytest.fixture(scope="module")
def data():
    clean = np.random.default_rng(0).random((23, 8, 8, 1), dtype=np.float32)
    return {"train": (clean, clean), "validation": (clean[:7], clean[:7])}


def trained(run, data, folder, owned=lambda: True):
    """Train in a folder; return the weights, the history and the trajectory."""
    folder.mkdir(exist_ok=True)
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    history = folder / "history.csv"
    record = Record(history, Checkpoints(folder / "checkpoints", run), owned)
    ended = train(model, run, data, record.begin(), record.after_epoch, corrupt)
    return model.get_weights(), pd.read_csv(history), ended.trajectory


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


def test_val_loss_is_the_loss_of_the_validation_set(data):
    run = run_of(epochs=1)
    model = build_autoencoder(run["architecture"], 1)
    ended = train(model, run, data)
    noisy, clean = data["validation"]
    expected = np.mean((model.predict(noisy, verbose=0) - clean) ** 2)
    assert ended.history[0].val_loss == pytest.approx(expected, rel=1e-5)


def test_the_trajectory_is_that_of_the_validation_images(data):
    run = run_of(epochs=3)
    model = build_autoencoder(run["architecture"], 1)
    _, clean = data["train"]
    noisy = corrupt(clean, np.random.default_rng(1))
    found = train(model, run, {**data, "validation": (noisy, clean)}).trajectory
    decoded = model.predict(noisy, verbose=0)
    assert {name: array.shape for name, array in found.items()} == {
        "on": (3, 8, 8, 1), "squared_error": (3, 8, 8, 1), "relative_error": (3, 10),
        "relative_error_mean": (3,),
    }  # fmt: skip
    np.testing.assert_array_equal(found["on"][-1], np.sum(decoded > 0, axis=0))
    expected = np.sum((decoded - clean) ** 2, axis=0)
    np.testing.assert_allclose(found["squared_error"][-1], expected, rtol=1e-4)
    expected = relative_error(clean, decoded)
    np.testing.assert_allclose(found["relative_error"][-1], expected[:10], rtol=1e-5)
    assert found["relative_error_mean"][-1] == pytest.approx(expected.mean(), rel=1e-5)


def test_a_black_image_has_no_relative_error_and_no_say_in_the_mean(data):
    clean = data["train"][1].copy()
    clean[3] = 0
    run = run_of(epochs=1)
    found = [
        train(build_autoencoder(run["architecture"], 1), run, {**data, "validation": (some, some)})
        for some in (clean, np.delete(clean, 3, axis=0))
    ]
    black, without = (one.trajectory for one in found)
    assert np.isnan(black["relative_error"][0]).tolist() == [n == 3 for n in range(10)]
    np.testing.assert_allclose(black["relative_error_mean"], without["relative_error_mean"], 1e-6)
    assert np.isfinite(found[0].history[0].val_loss)


def test_same_seed_same_bits(data, tmp_path):
    assert_same(*(trained(run_of(), data, tmp_path / name) for name in "ab"))


def test_more_epochs_leave_the_first_as_they_were(data, tmp_path):
    _, short, _ = trained(run_of(epochs=2), data, tmp_path / "short")
    _, long, _ = trained(run_of(epochs=4), data, tmp_path / "long")
    pd.testing.assert_frame_equal(
        short.drop(columns="seconds"), long.drop(columns="seconds").head(2)
    )


COSINE = {"name": "cosine_decay", "initial_learning_rate": 0.02, "decay_steps": 25}
STOPPING = {"patience": 2, "min_delta": 0.0, "restore_best": True}
GOING_ON = {
    "adam": {},
    "sgd": {"optimizer": {"name": "sgd", "learning_rate": 0.01}},
    "adagrad": {"optimizer": {"name": "adagrad", "learning_rate": 0.01}},
    "schedule": {"optimizer": {"name": "adam", "learning_rate": COSINE}},
    "averaged": {"optimizer": {**ADAM, "use_ema": True, "ema_momentum": 0.9}},
    "fresh noise": {"training": {"fresh_noise": True}},
    "shifts": {"training": {"fresh_noise": True, "shift": 2}},
    "regularizers": {
        "architecture": {
            **ARCHITECTURE,
            "encoder": [{**ARCHITECTURE["encoder"][0], "kernel_regularizer": {"name": "l2"}}],
        }
    },
    # of the validation losses .39, .17, .12, .20, .09 the second is the last that is better by 0.1
    "early stopping": {
        "optimizer": {**ADAM, "learning_rate": 0.2},
        "training": {"early_stopping": {**STOPPING, "patience": 4, "min_delta": 0.1}},
    },
    "all": {
        "optimizer": {"name": "adam", "learning_rate": COSINE, "use_ema": True},
        "training": {"fresh_noise": True, "early_stopping": STOPPING},
    },
}


@pytest.mark.parametrize("changes", GOING_ON.values(), ids=GOING_ON)
def test_a_stopped_training_goes_on_to_the_same_bits(changes, data, tmp_path, capsys):
    """Stopped after epoch 3 by another process that takes the run over, continued by that."""
    run = run_of(epochs=5, **changes)
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


@pytest.mark.parametrize("changes", GOING_ON.values(), ids=GOING_ON)
def test_a_finished_training_is_not_trained_again(changes, data, tmp_path):
    """As when a process is killed between its last checkpoint and its end."""
    run = run_of(**changes)
    first = trained(run, data, tmp_path)
    again = trained(run, data, tmp_path)
    assert_same(first, again)
    assert first[1]["seconds"].tolist() == again[1]["seconds"].tolist()


def test_the_checkpoint_of_another_configuration_is_not_continued(data, tmp_path, capsys):
    trained(run_of(), data, tmp_path)
    changed = run_of(loss={"name": "mean_absolute_error"})
    again = trained(changed, data, tmp_path)
    assert "dropped: it was made with another loss" in capsys.readouterr().out
    assert_same(again, trained(changed, data, tmp_path / "fresh"))


def keras_own(run, data, noisy=None, moved=None, epochs=2):
    """Train batch after batch by hand with Keras' own means; return the model."""
    model = build_autoencoder(run["architecture"], seeds.integer(0, "weights"))
    rate = run["optimizer"]["learning_rate"]
    if isinstance(rate, dict):
        rate = keras.optimizers.schedules.CosineDecay(
            rate["initial_learning_rate"], rate["decay_steps"]
        )
    more = {key: value for key, value in run["optimizer"].items() if "ema" in key}
    model.compile(
        keras.optimizers.Adam(rate, **more), keras.losses.MeanSquaredError(), jit_compile=False
    )
    plain, clean = data["train"]
    for epoch, order in enumerate(epoch_orders(0, 23, epochs, shuffle=True)):
        images = noisy(epoch) if noisy else plain
        target = moved(epoch) if moved else clean
        for start in range(0, 23, 5):
            index = order[start : start + 5]
            model.train_on_batch(images[index], target[index])
    return model


def assert_close(weights, model):
    for ours, expected in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)


def test_training_equals_keras_own_loop(data, tmp_path):
    """The loop inside the graph, with our order, gives what batch after batch by hand gives."""
    run = run_of(epochs=2)
    weights, _, _ = trained(run, data, tmp_path)
    assert_close(weights, keras_own(run, data))


def test_a_schedule_equals_keras_own(data, tmp_path):
    run = run_of(optimizer={"name": "adam", "learning_rate": {**COSINE, "decay_steps": 10}})
    weights, _, _ = trained(run, data, tmp_path)
    assert_close(weights, keras_own(run, data))
    with pytest.raises(AssertionError):  # it matters
        assert_close(weights, keras_own(run_of(), data))


def test_averaged_weights_equal_keras_own(data, tmp_path):
    run = run_of(optimizer={**ADAM, "use_ema": True, "ema_momentum": 0.9})
    weights, _, _ = trained(run, data, tmp_path)
    model = keras_own(run, data)
    with pytest.raises(AssertionError):  # before they are averaged
        assert_close(weights, model)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    assert_close(weights, model)


def test_fresh_noise_is_another_each_epoch(data, tmp_path):
    run = run_of(training={"fresh_noise": True})
    _, clean = data["train"]
    weights, _, _ = trained(run, data, tmp_path)

    def noisy(epoch):
        """Drawn by numpy alone, from the sixth stream of the seed."""
        stream = np.random.SeedSequence(0, spawn_key=(5, epoch))
        normal = np.random.default_rng(stream).standard_normal(clean.shape, dtype=np.float32)
        return np.clip(clean + np.float32(0.5) * normal, 0, 1)

    assert_close(weights, keras_own(run, data, noisy))


def test_shifts_are_others_each_epoch_and_the_noise_is_drawn_after_them(data, tmp_path):
    run = run_of(training={"fresh_noise": True, "shift": 1})
    _, clean = data["train"]
    weights, _, _ = trained(run, data, tmp_path)

    def moved(epoch):
        draw = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(6, epoch)))
        return shifted(clean, 1, draw)

    def noisy(epoch):
        return corrupt(
            moved(epoch), np.random.default_rng(np.random.SeedSequence(0, spawn_key=(5, epoch)))
        )

    assert_close(weights, keras_own(run, data, noisy, moved))


FIXED = {"order": {"order": 0}, "noise": {"noise": 0}}


@pytest.mark.parametrize("source", FIXED)
def test_a_source_of_chance_can_be_fixed(source, data):
    """From the same weights: with both fixed seed 1 is seed 0; with one alone it is not."""
    fresh = {"training": {"fresh_noise": True}}

    def weights(**changes):
        run = run_of(**fresh, **changes)
        model = build_autoencoder(run["architecture"], 3)
        train(model, run, data, corrupt=corrupt)
        return model.get_weights()

    first = weights()
    both = weights(seed=1, fixed_seeds={"order": 0, "noise": 0})
    assert all(map(np.array_equal, first, both))
    assert not all(map(np.array_equal, first, weights(seed=1, fixed_seeds=FIXED[source])))


def test_regularizers_are_part_of_both_losses(data):
    """With a learning rate next to 0 the weights stay: the loss differs by l2 · Σw² exactly."""
    still = {"name": "sgd", "learning_rate": 1e-12}
    encoder = {**ARCHITECTURE["encoder"][0], "kernel_regularizer": {"name": "l2", "l2": 0.1}}
    plain, weighted = (
        run_of(epochs=1, optimizer=still, architecture={**ARCHITECTURE, "encoder": [layer]})
        for layer in (ARCHITECTURE["encoder"][0], encoder)
    )
    models = [build_autoencoder(run["architecture"], 1) for run in (plain, weighted)]
    first, second = (
        train(model, run, data).history[0]
        for model, run in zip(models, (plain, weighted), strict=True)
    )
    expected = 0.1 * np.sum(models[0].get_weights()[0] ** 2)
    assert second.loss - first.loss == pytest.approx(expected, rel=1e-4)
    assert second.val_loss - first.val_loss == pytest.approx(expected, rel=1e-4)


# --- early stopping ---


def history_of(*losses):
    return [Epoch(0.1, loss, 0.0) for loss in losses]


@pytest.mark.parametrize(
    ("losses", "min_delta", "expected"),
    [
        ([5], 0, 1),
        ([5, 4, 4, 3, 3.5], 0, 4),
        ([5, 5, 6], 0, 1),
        ([5, 4.5, 4, 3.5], 1, 4),  # 4.5 and 4 are not more than 1 better than 5
        ([5, 4.5, 4.2], 1, 1),
        ([5, float("nan"), 4], 0, 3),
    ],
)
def test_best_epoch(losses, min_delta, expected):
    assert best_epoch(history_of(*losses), min_delta) == expected


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([], False),
        ([5, 4, 3], False),
        ([5, 6, 4], False),
        ([5, 6, 6], True),  # two epochs without a better one
        ([5, 6, 5], True),
        ([5, 4, 3, 2, 1], True),  # all are done
        ([5, float("nan")], True),
    ],
)
def test_when_a_training_is_over(losses, expected):
    training = {"epochs": 5, "early_stopping": {"patience": 2, "min_delta": 0}}
    assert has_ended(history_of(*losses), training) is expected


@pytest.mark.parametrize("restore_best", [True, False])
def test_early_stopping_equals_keras_own(restore_best, data, tmp_path):
    """Keras' callback, fed with the validation losses, stops and chooses the same."""
    rule = {**STOPPING, "restore_best": restore_best}
    steep = {**ADAM, "learning_rate": 0.1}
    run = run_of(epochs=60, optimizer=steep, training={"early_stopping": rule})
    weights, history, _ = trained(run, data, tmp_path / "stopped")

    free = run_of(epochs=60, optimizer=steep)
    after = []  # the weights after each epoch
    model = build_autoencoder(free["architecture"], seeds.integer(0, "weights"))
    ended = train(
        model, free, data, after_epoch=lambda s: after.append(s.variables[: len(weights)])
    )
    callback = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=restore_best)
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, row in enumerate(ended.history):
        model.set_weights(after[epoch])
        callback.on_epoch_end(epoch, {"val_loss": row.val_loss})
        if model.stop_training:
            break
    callback.on_train_end()
    assert 3 <= len(history) < 60
    assert len(history) == epoch + 1
    for ours, expected in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, expected)


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
    clean, noisy, output = (tmp_path / name for name in ("clean", "noisy", "runs/x/seed-0"))
    for folder in (clean, noisy / "seed-0"):
        folder.mkdir(parents=True)
        np.save(folder / "train.npy", data["train"][0])
        np.save(folder / "validation.npy", data["validation"][0])
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(run_of(epochs=1, data={"validation": 9})))
    program = ROOT / "workflow" / "scripts" / "train.py"
    subprocess.run(
        [sys.executable, program, "--settings", settings, "--seed", "0", "--code", "abc",
         "--clean", clean, "--noisy", noisy, "--results", tmp_path],
        check=True, env={**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"},
    )  # fmt: skip
    environment = json.loads((output / "environment.json").read_text())
    assert environment["threads"] == 1
    assert environment["environment"]["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert sorted(p.name for p in output.iterdir()) == [
        "config.json", "environment.json", "history.csv", "layers.json", "model.keras",
        "training.json", "trajectory.npz",
    ]  # fmt: skip


def test_a_loss_that_is_handed_over_takes_the_place_of_keras_ones(data):
    """Keras' own mean squared error as a function: the same weights."""
    found = []
    for loss in (
        None,
        lambda clean, decoded: keras.ops.mean((clean - decoded) ** 2, axis=(1, 2, 3)),
    ):
        model = build_autoencoder(ARCHITECTURE, 1)
        train(model, run_of(), data, own_loss=loss)
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
