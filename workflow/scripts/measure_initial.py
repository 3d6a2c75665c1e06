"""Describe one run's lattice positions before training: what its initial weights alone give."""

import argparse
import json
from pathlib import Path

import numpy as np

from denoising import seeds
from denoising.errors import run_program
from denoising.measures.lattice import by_position, period, positions
from denoising.training.runtime import import_tensorflow

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the run's")
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noisy arrays")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    import_tensorflow()
    from denoising.model.build import build_autoencoder

    run = json.loads(arguments.config.read_text())
    clean = np.load(arguments.clean / "test.npy")
    noisy = np.load(arguments.noisy / "test.npy")
    model = build_autoencoder(run["architecture"], seeds.integer(run["seed"], "weights"))
    decoded = model.predict(noisy, batch_size=BATCH, verbose=0)

    lattice = period(run["architecture"])
    squared = np.square(decoded - clean).sum(axis=0)
    found = positions((decoded > 0).sum(axis=0), squared, clean, run["architecture"])
    pixels = len(clean) * by_position(np.ones(clean.shape[1:]), lattice)
    output = by_position(decoded.sum(axis=0, dtype=np.float64), lattice) / pixels
    content = {"on": found.on, "error": found.error, "output": output}
    rounded = {name: np.round(values, 6).tolist() for name, values in content.items()}
    arguments.output.write_text(json.dumps(rounded, indent=2) + "\n")


if __name__ == "__main__":
    run_program(main)
