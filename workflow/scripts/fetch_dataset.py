"""Fetch a data set's IDX files, check them, and record where they came from."""

import argparse
from pathlib import Path

from denoising.data.idx import NO_LABELS, SOURCE
from denoising.data.sources import fetch
from denoising.errors import run_program
from denoising.files import json_bytes, put, read_json, start_afresh

FILES = ("train-images", "train-labels", "test-images", "test-labels")  # labels may be missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="name of the data set")
    parser.add_argument("--datasets", required=True, type=Path, help="all of them, JSON")
    parser.add_argument("--output", required=True, type=Path, help="folder for the files")
    arguments = parser.parse_args()

    dataset = read_json(arguments.datasets)[arguments.name]
    files, source = fetch(arguments.name, dataset["files"], dataset)
    start_afresh(arguments.output, [SOURCE])
    for key in FILES:
        put(arguments.output / f"{key}.idx", files.get(key, NO_LABELS))
    checksums = {key: file["sha256"] for key, file in dataset["files"].items()}
    record = {"dataset": arguments.name, "source": source, "sha256": checksums}
    put(arguments.output / SOURCE, json_bytes(record))


if __name__ == "__main__":
    run_program(main)
