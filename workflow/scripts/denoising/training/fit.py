"""Training one run with Keras' `fit`."""

import csv
import inspect
import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from denoising import seeds
from denoising.errors import LabError
from denoising.model.fast import cheaper
from denoising.training.checkpoints import Checkpoint, Checkpoints


def class_named(module: ModuleType, name: str) -> type:
    """Find a class of a Keras module by name, whatever its case and underscores.

    Raises
    ------
    KeyError
        If the module has no such class.
    """
    classes = {key.lower(): value for key, value in vars(module).items() if inspect.isclass(value)}
    return classes[name.replace("_", "").lower()]


VALIDATION_BATCH = 100
HISTORY_HEADER = "epoch,loss,val_loss,seconds\n"


class EpochModel(keras.Model):
    """A model that takes an epoch in one step: no batch passes through Python.

    What `fit` hands it are orders of the images, int32, (N,): one an epoch to train, and one to
    validate. The images themselves are constants of the graph.

    Parameters
    ----------
    model : keras.Model
        Its layers are shared.
    data : mapping
        ``train`` and ``validation``: (noisy, clean) images, float32, (N, rows, columns, channels).
    batch_size : int
        Of training; an epoch's last batch may be smaller.
    """

    def __init__(
        self,
        model: keras.Model,
        data: Mapping[str, tuple[np.ndarray, np.ndarray]],
        batch_size: int,
    ) -> None:
        super().__init__(model.inputs, model.outputs)
        self.images = {name: tuple(map(tf.constant, pair)) for name, pair in data.items()}
        self.batch_size = batch_size
        self.trace = Trace(data["validation"][1])

    def train_step(self, order: tf.Tensor) -> dict[str, tf.Tensor]:
        """Take one optimizer step a batch, in this order; return the epoch's mean loss."""
        step = super().train_step

        def batch(start: tf.Tensor) -> tuple[tf.Tensor]:
            index = order[start : start + self.batch_size]
            step(tuple(tf.gather(images, index) for images in self.images["train"]))
            return (start + self.batch_size,)

        tf.while_loop(lambda start: start < tf.size(order), batch, [0], parallel_iterations=1)
        return self.get_metrics_result()

    def test_step(self, order: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return the mean loss of the validation images; leave a trace of each pixel and image."""
        self.trace.reset()

        def batch(start: tf.Tensor, loss: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            index = order[start : start + VALIDATION_BATCH]
            noisy, clean = (tf.gather(images, index) for images in self.images["validation"])
            decoded = self(noisy, training=False)
            self.trace.update(index, clean, decoded)
            mean = self.compute_loss(noisy, clean, decoded, training=False)
            return start + VALIDATION_BATCH, loss + mean * tf.cast(tf.size(index), tf.float32)

        _, loss = tf.while_loop(
            lambda start, _: start < tf.size(order), batch, [0, 0.0], parallel_iterations=1
        )
        return {
            "loss": loss / tf.cast(tf.size(order), tf.float32),
            "relative_error": tf.reduce_mean(self.trace.relative_error),
        }


class Trace:
    """What an epoch's validation says of each pixel and each image.

    Parameters
    ----------
    clean : ndarray of float32, shape (N, rows, columns, channels)
        The validation images.

    Attributes
    ----------
    on : tf.Variable of int32, shape (rows, columns, channels)
        Number of images whose output is above 0.
    squared_error : tf.Variable of float32, the same shape
        Sum over the images of the squared difference from the clean one.
    relative_error : tf.Variable of float32, shape (N,)
        As `denoising.metrics.relative_error`.
    """

    def __init__(self, clean: np.ndarray) -> None:
        self.on = tf.Variable(tf.zeros(clean.shape[1:], tf.int32), trainable=False)
        self.squared_error = tf.Variable(tf.zeros(clean.shape[1:]), trainable=False)
        self.relative_error = tf.Variable(tf.zeros(len(clean)), trainable=False)

    def reset(self) -> None:
        """Begin an epoch."""
        for sum_ in (self.on, self.squared_error):
            sum_.assign(tf.zeros_like(sum_))

    def update(self, index: tf.Tensor, clean: tf.Tensor, decoded: tf.Tensor) -> None:
        """Add the images of a batch, given their numbers."""
        squared = tf.square(decoded - clean)
        self.on.assign_add(tf.reduce_sum(tf.cast(decoded > 0, tf.int32), axis=0))
        self.squared_error.assign_add(tf.reduce_sum(squared, axis=0))
        sums = (tf.reduce_sum(pixels, axis=(1, 2, 3)) for pixels in (squared, tf.square(clean)))
        error, energy = map(tf.sqrt, sums)
        self.relative_error.scatter_nd_update(index[:, None], error / energy)

    def values(self) -> dict[str, np.ndarray]:
        """Read it, by the attributes' names."""
        names = ("on", "squared_error", "relative_error")
        return {name: getattr(self, name).numpy() for name in names}


def one_by_one(orders: np.ndarray) -> tf.data.Dataset:
    """Hand out orders, shape (epochs, N), one a step."""
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread can hold an epoch up for a second
    return tf.data.Dataset.from_tensor_slices(orders).with_options(options)


class History(keras.callbacks.Callback):
    """Append a row an epoch to a CSV file: epoch (from 1), loss, val_loss, seconds.

    Parameters
    ----------
    path : Path
    text : str
        What the file holds of earlier epochs.
    """

    def __init__(self, path: Path, text: str = HISTORY_HEADER) -> None:
        super().__init__()
        self.path = path
        self.text = text  # kept: a later Snakemake deletes the file of a training that it lost
        path.write_text(text)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        seconds = time.perf_counter() - self.start
        row = f"{epoch + 1},{logs['loss']!r},{logs['val_loss']!r},{seconds:.3f}\n"
        self.text += row
        with self.path.open("a") as file:
            file.write(row)

    def diverged(self) -> bool:
        """Tell whether the last loss or validation loss is no finite number."""
        last = deque(csv.DictReader(self.text.splitlines()), maxlen=1)
        names = ("loss", "val_loss")
        return not all(math.isfinite(float(row[name])) for row in last for name in names)


class StopWhenDiverged(keras.callbacks.Callback):
    """End the training after an epoch that diverged."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self.history = history

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = self.history.diverged()


class Checkpointing(keras.callbacks.Callback):
    """Write a checkpoint after each epoch; end a training that another process continues.

    Parameters
    ----------
    checkpoints : Checkpoints
    history : History
    trajectory : dict
        What `Trace` says, an array a name, epochs first; it grows.
    owned : callable
        Whether the run still is this process' own.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        history: History,
        trajectory: dict[str, np.ndarray],
        owned: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.checkpoints, self.history, self.owned = checkpoints, history, owned
        self.trajectory = trajectory

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for name, value in self.model.trace.values().items():
            past = self.trajectory.get(name, value[None][:0])
            self.trajectory[name] = np.concatenate([past, value[None]])
        variables = [variable.numpy() for variable in state(self.model)]
        self.checkpoints.save(Checkpoint(epoch + 1, self.history.text, variables, self.trajectory))
        if not self.owned():
            raise LabError("another process has taken this run over; this one ends")


def assign(variables: Sequence[keras.Variable], values: Sequence[Any]) -> None:
    """Set variables, one by one."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def state(model: keras.Model) -> list[keras.Variable]:
    """List all that an epoch changes: the variables of a compiled model and of its optimizer."""
    return [*model.variables, *model.optimizer.variables]


def compile_model(model: keras.Model, run: Mapping[str, Any]) -> None:
    """Compile with the run's optimizer and loss."""

    def configured(module: Any, settings: Mapping[str, Any]) -> Any:
        arguments = {key: value for key, value in settings.items() if key != "name"}
        return class_named(module, settings["name"])(**arguments)

    model.compile(
        optimizer=configured(keras.optimizers, run["optimizer"]),
        loss=configured(keras.losses, run["loss"]),
        jit_compile=False,  # XLA is slower on a CPU
    )
    model.optimizer.build(model.trainable_variables)


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


def train(
    model: keras.Model,
    run: Mapping[str, Any],
    data: Mapping[str, tuple[np.ndarray, np.ndarray]],
    history_file: Path,
    checkpoints: Checkpoints,
    owned: Callable[[], bool] = lambda: True,
) -> dict[str, np.ndarray]:
    """Train a model as a run says, from the run's last checkpoint if there is one.

    Parameters
    ----------
    model : keras.Model
        With its initial weights; it is changed.
    run : mapping
        The resolved configuration: ``seed``, ``optimizer``, ``loss`` and ``training``.
    data : mapping
        ``train`` and ``validation``: (noisy, clean) images, float32, (N, rows, columns, channels).
    history_file : Path
        CSV file that gains a row an epoch.
    checkpoints : Checkpoints
        Where the training stands; written after each epoch.
    owned : callable
        Whether the run still is this process' own; asked after each epoch.

    Returns
    -------
    dict of ndarray
        What `Trace` says of each epoch, epochs first.

    Raises
    ------
    LabError
        If the run is no longer this process' own.
    """
    training = run["training"]
    trained = EpochModel(cheaper(model), data, training["batch_size"])
    compile_model(trained, run)

    done, past, trajectory = 0, HISTORY_HEADER, {}
    if checkpoint := checkpoints.restore():
        done, past, trajectory = checkpoint.epoch, checkpoint.history, checkpoint.trajectory
        assign(state(trained), checkpoint.variables)
        print(f"going on from the checkpoint of epoch {done}", flush=True)
    history = History(history_file, past)

    count, validated = (len(data[part][0]) for part in ("train", "validation"))
    orders = epoch_orders(run["seed"], count, training["epochs"], training["shuffle"])
    if done < training["epochs"] and not history.diverged():
        trained.fit(
            one_by_one(orders[done:]),
            steps_per_epoch=1,
            initial_epoch=done,
            epochs=training["epochs"],
            validation_data=one_by_one(np.arange(validated, dtype=np.int32)[None]),
            validation_steps=1,
            callbacks=[
                history,
                Checkpointing(checkpoints, history, trajectory, owned),
                StopWhenDiverged(history),
            ],
            shuffle=False,  # the orders are
            verbose=0,
        )
    assign(model.variables, trained.variables)
    return trajectory
