"""Train one run: an experiment with one seed. A killed one goes on from its last checkpoint."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from denoising import losses, seeds
from denoising.arguments import parsed, run_parser
from denoising.data.noise import add_noise
from denoising.errors import run_program
from denoising.files import (
    TRAINING,
    json_bytes,
    npz_bytes,
    or_again,
    put,
    read_array,
    read_json,
    record,
    start_afresh,
)
from denoising.rebuild.code import CodeDigests, refuse_edited
from denoising.rebuild.finished import LEFT, config_text
from denoising.training.bits import PACKAGES
from denoising.training.checkpoints import Checkpoints, digest
from denoising.training.ownership import sole_owner
from denoising.training.provenance import environment, now
from denoising.training.record import Record, history_bytes
from denoising.training.runtime import ENVIRONMENT, THREADS, import_tensorflow


def main() -> None:
    parser = run_parser(__doc__)
    parser.add_argument("--rungs", type=Path, help="experiment → the shorter one below it, JSON")
    arguments = parsed(parser)
    with sole_owner(arguments.checkpoints / "owner") as owned:
        train_run(arguments, owned)


def train_run(arguments: argparse.Namespace, owned: Callable[[], bool]) -> None:
    """Train, and write all that the run's folder holds."""
    import_tensorflow()
    from denoising.model.build import build_autoencoder, layer_table
    from denoising.training.fit import train

    run, folder = arguments.run, arguments.folder
    digests = CodeDigests(Path(__file__).parent)
    refuse_edited(arguments.code, lambda: digests.training(run))
    validation = "test" if run["data"]["validation"] == "test" else "validation"
    folders = (arguments.noisy, arguments.clean)
    with or_again(*(folder / "train.npy" for folder in folders)):
        data = {
            purpose: tuple(read_array(folder / f"{part}.npy") for folder in folders)
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
    model = build_autoencoder(
        run["architecture"], seeds.integer(seeds.seed_of(run, "weights"), "weights")
    )
    put(folder / "layers.json", json_bytes(layer_table(model)))
    lower = read_json(arguments.rungs) if arguments.rungs else {}
    checkpoints = Checkpoints(
        arguments.checkpoints, identity, kept(lower.get(run["experiment"]), arguments)
    )
    taken = Record(folder / "history.csv", checkpoints, owned)
    own_loss = losses.function(run["loss"])
    ended = train(model, run, data, taken.begin(), taken.after_epoch, corrupt, own_loss)
    put(folder / "environment.json", json_bytes(about | {"ended": now()}))
    put(folder / "history.csv", history_bytes(ended.history), lasting=True)
    put(folder / "trajectory.npz", npz_bytes(ended.trajectory), lasting=True)
    saved = arguments.checkpoints / "model.keras"
    model.save(saved)
    put(folder / "model.keras", saved.read_bytes(), lasting=True)
    if run["experiment"] in lower.values():
        checkpoints.keep(kept(run["experiment"], arguments))
    record(folder, {"training": arguments.code}, TRAINING)


def kept(experiment: str | None, arguments: argparse.Namespace) -> Path | None:
    """Return where the last checkpoint of an experiment is kept for the rung above it."""
    return experiment and arguments.results / "rungs" / experiment / f"seed-{arguments.seed}"


if __name__ == "__main__":
    run_program(main)
