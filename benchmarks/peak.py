"""Measure, on one thread, a large matrix product, training steps and validation.

Prints one line of JSON: floating-point operations a second of each (a multiply-add is two).
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from denoising.config.load import load
from denoising.config.resolve import resolved_experiment
from denoising.training.runtime import import_tensorflow

SIDE = 2048  # of the matrices
REPEATS = 3


def median_seconds(action: Callable[[], object]) -> float:
    """Time an action, after a first time that does not count."""
    action()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", required=True, type=Path)
    parser.add_argument("--noisy", required=True, type=Path)
    arguments = parser.parse_args()

    tf = import_tensorflow()
    from denoising.model.build import build_autoencoder
    from denoising.model.cost import operations
    from denoising.model.fast import cheaper, needed_sides
    from denoising.training.fit import EpochModel, compile_model, epoch_orders

    noisy, clean = (np.load(folder / "train.npy") for folder in (arguments.noisy, arguments.clean))
    data = dict.fromkeys(("train", "validation"), (noisy, clean))
    run = resolved_experiment(load([Path("config/config.yaml")]), "baseline")
    architecture = run["architecture"]
    model = build_autoencoder(architecture, seed=0)
    entered = (*needed_sides(model), 1)  # what is not computed is not counted
    forward = 2 * len(noisy) * operations({**architecture, "input_shape": entered})

    trained = EpochModel(cheaper(model), data, run["training"]["batch_size"])
    compile_model(trained, run)
    train, validate = tf.function(trained.train_step), tf.function(trained.test_step)
    order = tf.constant(epoch_orders(0, len(noisy), 1, shuffle=True)[0])
    matrix = tf.constant(np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32))

    def product() -> float:
        """Operations a second of the machine."""
        return 2 * SIDE**3 / median_seconds(lambda: tf.matmul(matrix, matrix).numpy())

    before = product()
    training = 3 * forward / median_seconds(lambda: train(order)["loss"].numpy())
    validation = forward / median_seconds(lambda: validate(order)["loss"].numpy())
    peak = (before + product()) / 2
    print(json.dumps({"peak": peak, "training": training, "validation": validation}))


if __name__ == "__main__":
    main()
