"""Cut the configured slices out of a data set: clean images in [0, 1] and the test labels."""

import argparse
from pathlib import Path

from denoising.data.idx import clean_images, held_out_images, labels_of
from denoising.errors import run_program
from denoising.files import npy_bytes, put_vouched


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path, help="folder of the IDX files")
    parser.add_argument("--train", required=True, type=int, help="training images to take")
    parser.add_argument("--skip", type=int, default=0, help="training images before these")
    parser.add_argument("--test", required=True, type=int, help="test images to take")
    parser.add_argument(
        "--validation", type=int, default=0, help="training images to hold out, the last ones"
    )
    parser.add_argument("--shape", required=True, type=int, nargs=3, help="of an image")
    parser.add_argument("--output", required=True, type=Path, help="folder for the arrays")
    arguments = parser.parse_args()

    shape = tuple(arguments.shape)
    for part, count, skip in (
        ("train", arguments.train, arguments.skip),
        ("test", arguments.test, 0),
    ):
        images = clean_images(arguments.source / f"{part}-images.idx", count, shape, skip)
        put_vouched(arguments.output / f"{part}.npy", npy_bytes(images))
    if arguments.validation:
        images = held_out_images(
            arguments.source / "train-images.idx",
            arguments.validation,
            arguments.skip + arguments.train,
            shape,
        )
        put_vouched(arguments.output / "validation.npy", npy_bytes(images))
    for part in ("train", "test"):
        paths = (arguments.source / f"{part}-{kind}.idx" for kind in ("labels", "images"))
        labels = labels_of(*paths, arguments.test)
    put_vouched(arguments.output / "test-labels.npy", npy_bytes(labels))


if __name__ == "__main__":
    run_program(main)
