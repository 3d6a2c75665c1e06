"""Training one run with Keras' `fit`."""

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from denoising import seeds
from denoising.keras_names import class_named

VALIDATION_BATCH = 500
HISTORY_COLUMNS = ("epoch", "loss", "val_loss", "seconds")


class History(keras.callbacks.Callback):
    """Append a row an epoch to a CSV file: epoch (from 1), loss, val_loss, seconds."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.path.write_text(",".join(HISTORY_COLUMNS) + "\n")

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        seconds = time.perf_counter() - self.start
        with self.path.open("a") as file:
            file.write(f"{epoch + 1},{logs['loss']!r},{logs['val_loss']!r},{seconds:.3f}\n")


class StopWhenDiverged(keras.callbacks.Callback):
    """End the training after an epoch whose loss or validation loss is no finite number."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if not (math.isfinite(logs["loss"]) and math.isfinite(logs["val_loss"])):
            self.model.stop_training = True


def compile_model(model: keras.Model, run: Mapping[str, Any], steps: int) -> None:
    """Compile with the run's optimizer and loss, looping over `steps` batches inside the graph."""

    def configured(module: Any, settings: Mapping[str, Any]) -> Any:
        arguments = {key: value for key, value in settings.items() if key != "name"}
        return class_named(module, settings["name"])(**arguments)

    model.compile(
        optimizer=configured(keras.optimizers, run["optimizer"]),
        loss=configured(keras.losses, run["loss"]),
        jit_compile=False,  # XLA is slower on a CPU
        steps_per_execution=steps,
    )


def epoch_orders(seed: int, count: int, epochs: int, shuffle: bool) -> np.ndarray:
    """Order of the images in each epoch.

    Returns
    -------
    ndarray of int32, shape (epochs, count)
        Each row has a stream of its own: more epochs leave the first ones as they are.
    """
    if not shuffle:
        return np.tile(np.arange(count, dtype=np.int32), (epochs, 1))
    rows = [seeds.generator(seed, "order", epoch).permutation(count) for epoch in range(epochs)]
    return np.array(rows, dtype=np.int32)


def batches(x: np.ndarray, y: np.ndarray, orders: np.ndarray, batch_size: int) -> tf.data.Dataset:
    """Stream (x, y) batches in each epoch's order; an epoch's last batch may be smaller."""
    inputs, targets = tf.constant(x), tf.constant(y)
    return (
        tf.data.Dataset.from_tensor_slices(orders)
        .flat_map(lambda order: tf.data.Dataset.from_tensor_slices(order).batch(batch_size))
        .map(lambda index: (tf.gather(inputs, index), tf.gather(targets, index)))
    )


def train(
    model: keras.Model,
    run: Mapping[str, Any],
    data: Mapping[str, tuple[np.ndarray, np.ndarray]],
    history: Path,
) -> None:
    """Train a model as a run says.

    Parameters
    ----------
    model : keras.Model
        With its initial weights; it is changed.
    run : mapping
        The resolved configuration: ``seed``, ``optimizer``, ``loss`` and ``training``.
    data : mapping
        ``train`` and ``validation``: (noisy, clean) images, float32, (N, rows, columns, channels).
    history : Path
        CSV file that gains a row an epoch.
    """
    training = run["training"]
    noisy, clean = data["train"]
    steps = math.ceil(len(noisy) / training["batch_size"])
    compile_model(model, run, steps)
    orders = epoch_orders(run["seed"], len(noisy), training["epochs"], training["shuffle"])
    model.fit(
        batches(noisy, clean, orders, training["batch_size"]),
        steps_per_epoch=steps,
        epochs=training["epochs"],
        validation_data=data["validation"],
        validation_batch_size=VALIDATION_BATCH,
        callbacks=[History(history), StopWhenDiverged()],
        shuffle=False,  # `batches` has done it
        verbose=0,
    )
