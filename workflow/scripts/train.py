"""Train one run: an experiment with one seed. A killed one goes on from its last checkpoint."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from denoising import seeds
from denoising.data.noise import add_noise
from denoising.errors import run_program
from denoising.training.bits import PACKAGES, deciding_files
from denoising.training.checkpoints import Checkpoints, digest
from denoising.training.ownership import sole_owner
from denoising.training.provenance import environment
from denoising.training.record import Record
from denoising.training.runtime import ENVIRONMENT, THREADS, import_tensorflow

LIBRARY = Path(__file__).with_name("denoising")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=json.loads, help="configuration, JSON")
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noisy arrays")
    parser.add_argument("--checkpoints", required=True, type=Path, help="folder of the run's own")
    parser.add_argument("--output", required=True, type=Path, help="folder of the run")
    arguments = parser.parse_args()
    with sole_owner(arguments.checkpoints / "owner") as owned:
        train_run(arguments, owned)


def train_run(arguments: argparse.Namespace, owned: Callable[[], bool]) -> None:
    """Train, and write all that the run's folder holds."""
    import_tensorflow()
    from denoising.model.build import build_autoencoder, layer_table
    from denoising.training.fit import train

    run, output = arguments.run, arguments.output
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
        "code": digest([(LIBRARY / file).read_bytes() for file in deciding_files(run)]),
        "data": digest([array for pair in data.values() for array in pair]),
        "packages": {name: about["packages"][name] for name in PACKAGES},
        **{key: about[key] for key in ("cpu", "python")},
    }

    def write_json(name: str, content: object) -> None:
        (output / name).write_text(json.dumps(content, indent=2) + "\n")

    def corrupt(clean: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        return add_noise(clean, run["noise"], generator)

    write_json("config.json", run)
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    write_json("layers.json", layer_table(model))
    record = Record(output / "history.csv", Checkpoints(arguments.checkpoints, identity), owned)
    ended = train(model, run, data, record.begin(), record.after_epoch, corrupt)
    np.savez_compressed(output / "trajectory.npz", **ended.trajectory)
    model.save(output / "model.keras")
    write_json("environment.json", about)


if __name__ == "__main__":
    run_program(main)
