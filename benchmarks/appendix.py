"""Train the baseline as the write-up's appendix does: plain `fit`, default threads, its callback.

Names that today's Keras rejects are replaced (`lr`, `period`), plots and predictions left out.
Prints one line of JSON: seconds and training loss of each epoch.
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from keras import Input, Model
from keras.callbacks import Callback, ModelCheckpoint
from keras.layers import Conv2D, Conv2DTranspose, MaxPooling2D
from keras.optimizers import Adam


class BestOfEveryFifthEpoch(ModelCheckpoint):
    """The appendix's ``period=5``."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if (epoch + 1) % 5 == 0:
            super().on_epoch_end(epoch, logs)


class Seconds(Callback):
    """Time each epoch."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds.append(time.perf_counter() - self.start)


def autoencoder() -> Model:
    """Build the appendix's model."""
    relu = {"activation": "relu", "padding": "valid", "kernel_initializer": "he_normal"}
    image = x = Input((28, 28, 1))
    x = MaxPooling2D(2)(Conv2D(32, 3, **relu)(x))
    x = MaxPooling2D(2)(Conv2D(32, 3, **relu)(x))
    x = Conv2DTranspose(32, 8, strides=2, use_bias=False, **relu)(x)
    x = Conv2D(32, 3, **relu)(x)
    return Model(image, Conv2DTranspose(1, 2, strides=2, use_bias=False, **relu)(x))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", required=True, type=Path)
    parser.add_argument("--noisy", required=True, type=Path)
    parser.add_argument("--epochs", required=True, type=int)
    arguments = parser.parse_args()

    x_train, x_test = (np.load(arguments.clean / f"{part}.npy") for part in ("train", "test"))
    x_train_noisy, x_test_noisy = (
        np.load(arguments.noisy / f"{part}.npy") for part in ("train", "test")
    )
    model = autoencoder()
    model.compile(optimizer=Adam(learning_rate=1e-4), loss="mean_squared_error")
    seconds = Seconds()
    with TemporaryDirectory() as folder:
        history = model.fit(
            x_train_noisy,
            x_train,
            epochs=arguments.epochs,
            batch_size=10,
            shuffle=True,
            validation_data=(x_test_noisy, x_test),
            callbacks=[
                seconds,
                BestOfEveryFifthEpoch(
                    Path(folder) / "model.keras", monitor="val_loss", verbose=1, save_best_only=True
                ),
            ],
        )
    print(json.dumps({"seconds": seconds.seconds, "loss": history.history["loss"]}))


if __name__ == "__main__":
    main()
