"""Fetch a data set's IDX files, check them, and record where they came from."""

import argparse
import json
from pathlib import Path

from denoising.data.idx import NO_LABELS
from denoising.data.sources import fetch
from denoising.errors import run_program

FILES = ("train-images", "train-labels", "test-images", "test-labels")  # labels may be missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="name of the data set")
    parser.add_argument("--datasets", required=True, type=Path, help="all of them, JSON")
    parser.add_argument("--output", required=True, type=Path, help="folder for the files")
    arguments = parser.parse_args()

    dataset = json.loads(arguments.datasets.read_text(encoding="utf-8"))[arguments.name]
    files, source = fetch(arguments.name, dataset["files"], dataset)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for key in FILES:
        (arguments.output / f"{key}.idx").write_bytes(files.get(key, NO_LABELS))
    checksums = {key: file["sha256"] for key, file in dataset["files"].items()}
    record = {"dataset": arguments.name, "source": source, "sha256": checksums}
    (arguments.output / "source.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    run_program(main)
