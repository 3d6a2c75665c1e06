"""Cut the configured slices out of a data set: clean images in [0, 1] and the test labels."""

import argparse
from pathlib import Path

import numpy as np

from denoising.data.idx import clean_images, held_out_images, labels_of
from denoising.errors import run_program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path, help="folder of the IDX files")
    parser.add_argument("--train", required=True, type=int, help="training images to take")
    parser.add_argument("--test", required=True, type=int, help="test images to take")
    parser.add_argument(
        "--validation", type=int, default=0, help="training images to hold out, the last ones"
    )
    parser.add_argument("--shape", required=True, type=int, nargs=3, help="of an image")
    parser.add_argument("--output", required=True, type=Path, help="folder for the arrays")
    arguments = parser.parse_args()

    shape = tuple(arguments.shape)
    for part, count in (("train", arguments.train), ("test", arguments.test)):
        images = clean_images(arguments.source / f"{part}-images.idx", count, shape)
        np.save(arguments.output / f"{part}.npy", images)
    if arguments.validation:
        images = held_out_images(
            arguments.source / "train-images.idx", arguments.validation, arguments.train, shape
        )
        np.save(arguments.output / "validation.npy", images)
    labels = labels_of(arguments.source / "test-labels.idx", arguments.test)
    np.save(arguments.output / "test-labels.npy", labels)


if __name__ == "__main__":
    run_program(main)
