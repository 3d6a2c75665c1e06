"""Training one run with Keras' `fit`."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from denoising import seeds
from denoising.data.shift import shifted
from denoising.model.build import configured
from denoising.model.fast import cheaper
from denoising.training.state import Epoch, State

VALIDATION_BATCH = 100
FOLLOWED = 10  # validation images whose relative error is kept of each epoch
Images = Mapping[str, tuple[np.ndarray, np.ndarray]]


class EpochModel(keras.Model):
    """A model that takes an epoch in one step: no batch passes through Python.

    What `fit` hands it are orders of the images, int32, (N,): one an epoch to train, and one to
    validate. The images themselves are constants of the graph, but for those that are new each
    epoch.

    Parameters
    ----------
    model : keras.Model
        Its layers are shared.
    data : mapping
        ``train`` and ``validation``: (noisy, clean) images, float32, (N, rows, columns, channels).
    batch_size : int
        Of training; an epoch's last batch may be smaller.
    fresh : bool
        Whether the training images are variables, to be assigned before each epoch.
    """

    def __init__(
        self, model: keras.Model, data: Images, batch_size: int, fresh: bool = False
    ) -> None:
        super().__init__(model.inputs, model.outputs)
        self.images = {name: tuple(map(tf.constant, pair)) for name, pair in data.items()}
        if fresh:
            pair = (tf.Variable(images, trainable=False) for images in self.images["train"])
            self.images["train"] = tuple(pair)
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
        # With the loss alone Keras would report its own tracker's, which this step leaves at 0.
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
        ‖x − x̂‖₂ / ‖x‖₂ of each image.
    """

    def __init__(self, clean: np.ndarray) -> None:
        self.on = tf.Variable(tf.zeros(clean.shape[1:], tf.int32), trainable=False)
        self.squared_error = tf.Variable(tf.zeros(clean.shape[1:]), trainable=False)
        self.relative_error = tf.Variable(tf.zeros(len(clean)), trainable=False)
        self.lit = clean.any(axis=(1, 2, 3))

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
        """Read it: both sums, the relative errors of the first images, and the mean of all.

        Of an image that is all black the relative error is not a number; the mean leaves it out.
        """
        relative_error = np.where(self.lit, self.relative_error.numpy(), np.float32(np.nan))
        known = relative_error[self.lit]
        return {
            "on": self.on.numpy(),
            "squared_error": self.squared_error.numpy(),
            "relative_error": relative_error[:FOLLOWED],
            "relative_error_mean": np.float32(known.mean(dtype=float) if len(known) else np.nan),
        }


def one_by_one(orders: np.ndarray) -> tf.data.Dataset:
    """Hand out orders, shape (epochs, N), one a step."""
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread can hold an epoch up for a second
    return tf.data.Dataset.from_tensor_slices(orders).with_options(options)


class Epochs(keras.callbacks.Callback):
    """Set an epoch's images before it, gather the training's state after it, end what has ended.

    Parameters
    ----------
    run : mapping
        The resolved configuration.
    start : State
        Where the training stands.
    after_epoch : callable
        Takes each epoch's state.
    fresh : callable, optional
        Gives an epoch's noisy and clean training images, if they are new each epoch.
    """

    def __init__(
        self,
        run: Mapping[str, Any],
        start: State,
        after_epoch: Callable[[State], None],
        fresh: Callable[[int], tuple[np.ndarray, np.ndarray]] | None,
    ) -> None:
        super().__init__()
        self.training, self.state = run["training"], start
        self.after_epoch, self.fresh = after_epoch, fresh

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.start = time.process_time()
        if self.fresh:
            assign(self.model.images["train"], self.fresh(epoch))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        seconds = time.process_time() - self.start
        history = (*self.state.history, Epoch(logs["loss"], logs["val_loss"], seconds))
        self.state = State(
            history,
            values(variables_of(self.model)),
            self._best(history),
            {
                name: np.concatenate(
                    [self.state.trajectory.get(name, value[None][:0]), value[None]]
                )
                for name, value in self.model.trace.values().items()
            },
        )
        self.after_epoch(self.state)
        self.model.stop_training = has_ended(history, self.training)

    def _best(self, history: Sequence[Epoch]) -> list[np.ndarray]:
        rule = self.training["early_stopping"]
        if not rule or not rule["restore_best"]:
            return []
        if best_epoch(history, rule["min_delta"]) < len(history):
            return self.state.best
        return final_values(self.model)


def has_ended(history: Sequence[Epoch], training: Mapping[str, Any]) -> bool:
    """Tell whether a training is over: all epochs done, diverged, or no better for long enough."""
    if not history:
        return False
    rule = training["early_stopping"]
    waited = len(history) - best_epoch(history, rule["min_delta"]) if rule else 0
    finite = all(map(math.isfinite, history[-1][:2]))
    stale = bool(rule) and waited >= rule["patience"]
    return len(history) >= training["epochs"] or not finite or stale


def best_epoch(history: Sequence[Epoch], min_delta: float = 0.0) -> int:
    """Find the last epoch (from 1) whose validation loss improved on all before.

    As in Keras' `EarlyStopping`, it improves if it is lower than the best so far by more than
    ``min_delta``.
    """
    best, reached = 1, history[0].val_loss
    for number, epoch in enumerate(history, start=1):
        if epoch.val_loss + min_delta < reached:
            best, reached = number, epoch.val_loss
    return best


def values(variables: Sequence[keras.Variable]) -> list[np.ndarray]:
    """Read variables, one by one."""
    return [variable.numpy() for variable in variables]


def final_values(model: keras.Model) -> list[np.ndarray]:
    """Read a model's variables as a training that ended now would leave them."""
    now = values(model.variables)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    final = values(model.variables)
    assign(model.variables, now)
    return final


def assign(variables: Sequence[Any], to: Sequence[Any]) -> None:
    """Set variables, one by one."""
    for variable, value in zip(variables, to, strict=True):
        variable.assign(value)


def variables_of(model: keras.Model) -> list[keras.Variable]:
    """List all that an epoch changes: the variables of a compiled model and of its optimizer."""
    return [*model.variables, *model.optimizer.variables]


def compile_model(
    model: keras.Model, run: Mapping[str, Any], own_loss: Callable[..., Any] | None = None
) -> None:
    """Compile with the run's optimizer and loss: Keras', or what is handed over in its place."""
    optimizer = dict(run["optimizer"])
    if isinstance(rate := optimizer.get("learning_rate"), Mapping):
        optimizer["learning_rate"] = configured(keras.optimizers.schedules, rate)
    model.compile(
        optimizer=configured(keras.optimizers, optimizer),
        loss=own_loss or configured(keras.losses, run["loss"]),
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
    data: Images,
    start: State | None = None,
    after_epoch: Callable[[State], None] = lambda state: None,
    corrupt: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
    own_loss: Callable[..., Any] | None = None,
) -> State:
    """Train a model as a run says.

    Parameters
    ----------
    model : keras.Model
        With its initial weights; it is changed.
    run : mapping
        The resolved configuration: ``seed``, ``optimizer``, ``loss`` and ``training``.
    data : mapping
        ``train`` and ``validation``: (noisy, clean) images, float32, (N, rows, columns, channels).
    start : State, optional
        Where the training goes on.
    after_epoch : callable
        Takes the state after each epoch.
    corrupt : callable
        Gives noisy images from clean ones and a generator; needed for ``fresh_noise``.
    own_loss : callable
        Gives the loss of each image from clean and decoded ones, where it is none of Keras'.

    Returns
    -------
    State
        After the last epoch. The model's weights are those that the run ends with: averaged, or
        of the best epoch, if the run says so.
    """
    training, (_, clean) = run["training"], data["train"]
    order = seeds.seed_of(run, "order")
    inner = cheaper(model)
    trained = EpochModel(inner, data, training["batch_size"], training["fresh_noise"])
    compile_model(trained, run, own_loss)

    def fresh(epoch: int) -> tuple[np.ndarray, np.ndarray]:
        moved = shifted(clean, training["shift"], seeds.generator(order, "shifts", epoch))
        draw = seeds.generator(seeds.seed_of(run, "noise"), "fresh noise", epoch)
        return corrupt(moved, draw), moved

    if start:
        assign(variables_of(trained), start.variables)
    start = start or State((), [], [], {})
    epochs = Epochs(run, start, after_epoch, fresh if training["fresh_noise"] else None)
    done, count, validated = (len(part) for part in (start.history, clean, data["validation"][1]))
    orders = epoch_orders(order, count, training["epochs"], training["shuffle"])
    if not has_ended(start.history, training):
        trained.fit(
            one_by_one(orders[done:]),
            steps_per_epoch=1,
            initial_epoch=done,
            epochs=training["epochs"],
            validation_data=one_by_one(np.arange(validated, dtype=np.int32)[None]),
            validation_steps=1,
            callbacks=[epochs],
            shuffle=False,  # the orders are
            verbose=0,
        )
    # `fit` does so too, but not where all epochs were done before.
    trained.optimizer.finalize_variable_values(trained.trainable_variables)
    if epochs.state.best:
        assign(trained.variables, epochs.state.best)
    for layer in model.layers:
        assign(layer.variables, inner.get_layer(layer.name).variables if layer.variables else [])
    return epochs.state
