"""Fetch a data set's four IDX files, check them, and record where they came from."""

import argparse
import json
from pathlib import Path

from denoising.data.sources import fetch
from denoising.errors import run_program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="name of the data set")
    parser.add_argument("--files", required=True, type=json.loads, help="its four files, JSON")
    parser.add_argument("--sources", required=True, type=json.loads, help="by data set, JSON")
    parser.add_argument("--output", required=True, type=Path, help="folder for the files")
    arguments = parser.parse_args()

    sources = arguments.sources[arguments.name]
    files, source = fetch(arguments.name, arguments.files, sources)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for key, content in files.items():
        (arguments.output / f"{key}.idx").write_bytes(content)
    checksums = {key: file["sha256"] for key, file in arguments.files.items()}
    record = {"dataset": arguments.name, "source": source, "sha256": checksums}
    (arguments.output / "source.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    run_program(main)
