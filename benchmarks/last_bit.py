"""How soon two trainings part that differ in one last bit.

The write-up's baseline is trained twice in one process, from the same initial weights, noise and
order; in the second, one weight of the last layer is the next number that float32 has. After each
epoch: the largest difference between any two weights, that of the validation losses, and the dead
positions of both.
"""

import argparse
from pathlib import Path

import numpy as np

from denoising import seeds
from denoising.config.load import load
from denoising.config.resolve import resolved_experiment
from denoising.data.idx import clean_images
from denoising.data.noise import add_noise
from denoising.measures.lattice import positions
from denoising.training.runtime import import_tensorflow
from denoising.training.state import State

DATA = Path("results/data/mnist")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiment", default="baseline")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--train", type=int, help="images, ten a step (default: the experiment's)")
    arguments = parser.parse_args()

    settings = resolved_experiment(load([Path("config/config.yaml")]), arguments.experiment)
    training = {**settings["training"], "epochs": arguments.epochs}
    run = {**settings, "seed": arguments.seed, "training": training}
    data = {
        name: pair(run, part, count)
        for name, part, count in (
            ("train", "train", arguments.train or run["data"]["train"]),
            ("validation", "test", run["data"]["test"]),
        )
    }
    as_stated, nudged = (trained(run, data, nudge) for nudge in (False, True))
    print("epoch  largest difference of weights  of validation losses  dead positions")
    for epoch, (one, other) in enumerate(zip(as_stated, nudged, strict=True), start=1):
        weights = max(
            float(np.abs(a - b).max(initial=0))
            for a, b in zip(one.variables, other.variables, strict=True)
            if a.dtype == np.float32
        )
        losses = abs(one.history[-1].val_loss - other.history[-1].val_loss)
        dead = " and ".join(
            str(dead_positions(state, data["validation"][1], run)) for state in (one, other)
        )
        print(f"{epoch:5}  {weights:29.3g}  {losses:20.3g}  {dead}")


def pair(run: dict, part: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy and clean images as the pipeline makes them."""
    clean = clean_images(DATA / f"{part}-images.idx", count, (28, 28, 1))
    noisy = add_noise(clean, run["noise"], seeds.generator(run["seed"], f"{part} noise"))
    return noisy, clean


def trained(run: dict, data: dict, nudge: bool) -> list[State]:
    """Train; return the state after each epoch."""
    import_tensorflow()
    from denoising.model.build import build_autoencoder
    from denoising.training.fit import train

    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    if nudge:
        last = model.layers[-1].kernel
        value = last.numpy()
        value.flat[0] = np.nextafter(value.flat[0], np.float32(np.inf))
        last.assign(value)
    found: list[State] = []
    train(model, run, data, after_epoch=found.append)
    return found


def dead_positions(state: State, clean: np.ndarray, run: dict) -> int:
    """Count them as the pipeline does after an epoch."""
    sums = (state.trajectory[name][-1] for name in ("on", "squared_error"))
    return int(positions(*sums, clean, run["architecture"]).dead.sum())


if __name__ == "__main__":
    main()
