"""Train one run: an experiment with one seed."""

import argparse
import json
from pathlib import Path

import numpy as np

from denoising import seeds
from denoising.errors import run_program
from denoising.runtime import ENVIRONMENT, THREADS, import_tensorflow


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=json.loads, help="configuration, JSON")
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noisy arrays")
    parser.add_argument("--output", required=True, type=Path, help="folder of the run")
    arguments = parser.parse_args()
    run, output = arguments.run, arguments.output

    import_tensorflow()
    from denoising.architecture import build_autoencoder, layer_table
    from denoising.provenance import environment
    from denoising.training import train

    def write_json(name: str, content: object) -> None:
        (output / name).write_text(json.dumps(content, indent=2) + "\n")

    write_json("config.json", run)
    data = {
        purpose: (
            np.load(arguments.noisy / f"{part}.npy"),
            np.load(arguments.clean / f"{part}.npy"),
        )
        for purpose, part in (("train", "train"), ("validation", "test"))
    }
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    write_json("layers.json", layer_table(model))
    train(model, run, data, output / "history.csv")
    model.save(output / "model.keras")
    settings = {"threads": THREADS, "environment": ENVIRONMENT}
    write_json("environment.json", {**environment(), **settings})


if __name__ == "__main__":
    run_program(main)
