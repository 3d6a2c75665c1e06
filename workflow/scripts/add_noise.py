"""Corrupt the clean images, once a seed.

Training, validation and test images have streams of their own.
"""

import argparse
import json
from pathlib import Path

from denoising.data.noise import add_noise
from denoising.errors import run_program
from denoising.files import npy_bytes, or_again, put_vouched, read_array
from denoising.seeds import generator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noise", required=True, type=json.loads, help="configuration, JSON")
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--output", required=True, type=Path, help="folder for the arrays")
    arguments = parser.parse_args()

    for part in ("train", "validation", "test"):
        if not (arguments.clean / f"{part}.npy").exists():  # validation by the test images
            continue
        with or_again(arguments.clean / "train.npy"):
            clean = read_array(arguments.clean / f"{part}.npy")
        noisy = add_noise(clean, arguments.noise, generator(arguments.seed, f"{part} noise"))
        put_vouched(arguments.output / f"{part}.npy", npy_bytes(noisy))


if __name__ == "__main__":
    run_program(main)
