"""Train one run: an experiment with one seed. A killed one goes on from its last checkpoint."""

import argparse
from collections.abc import Callable

import numpy as np

from denoising import seeds
from denoising.arguments import parsed, run_parser
from denoising.data.noise import add_noise
from denoising.errors import run_program
from denoising.files import json_bytes, npz_bytes, put, start_afresh
from denoising.rebuild.finished import SET_ASIDE, config_text
from denoising.training.bits import PACKAGES
from denoising.training.checkpoints import Checkpoints, digest
from denoising.training.ownership import sole_owner
from denoising.training.provenance import environment, now
from denoising.training.record import Record
from denoising.training.runtime import ENVIRONMENT, THREADS, import_tensorflow

# What says that a run is trained, and what was set aside of another.
LEFT = ("model.keras", "environment.json", *SET_ASIDE)


def main() -> None:
    arguments = parsed(run_parser(__doc__))
    with sole_owner(arguments.checkpoints / "owner") as owned:
        train_run(arguments, owned)


def train_run(arguments: argparse.Namespace, owned: Callable[[], bool]) -> None:
    """Train, and write all that the run's folder holds."""
    import_tensorflow()
    from denoising.model.build import build_autoencoder, layer_table
    from denoising.training.fit import train

    run, folder = arguments.run, arguments.folder
    validation = "test" if run["data"]["validation"] == "test" else "validation"
    data = {
        purpose: (
            np.load(arguments.noisy / f"{part}.npy"),
            np.load(arguments.clean / f"{part}.npy"),
        )
        for purpose, part in (("train", "train"), ("validation", validation))
    }
    about = {**environment(), "threads": THREADS, "environment": ENVIRONMENT}
    identity = {
        "configuration": run,
        "code": arguments.code,
        "data": digest([array for pair in data.values() for array in pair]),
        "packages": {name: about["packages"][name] for name in PACKAGES},
        **{key: about[key] for key in ("cpu", "python")},
    }

    def corrupt(clean: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        return add_noise(clean, run["noise"], generator)

    start_afresh(folder, LEFT)
    put(folder / "config.json", config_text(run).encode())
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    put(folder / "layers.json", json_bytes(layer_table(model)))
    record = Record(folder / "history.csv", Checkpoints(arguments.checkpoints, identity), owned)
    ended = train(model, run, data, record.begin(), record.after_epoch, corrupt)
    put(folder / "trajectory.npz", npz_bytes(ended.trajectory))
    model.save(folder / "model.keras")
    about |= {"ended": now(), "code": arguments.code}
    put(folder / "environment.json", json_bytes(about))


if __name__ == "__main__":
    run_program(main)
