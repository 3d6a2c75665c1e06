"""Write the finished runs of a study into one compact file."""

import argparse
from pathlib import Path

from denoising.config.read import read_yaml
from denoising.errors import run_program
from denoising.files import read_plan
from denoising.rebuild.archive import content, sha256, write

PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facets", required=True, type=Path, help="runs and slices, JSON")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--data", required=True, type=Path, help="folder of the data sets' files")
    parser.add_argument("--weights", action="store_true", help="take trained weights along")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    plan = read_plan(arguments.facets)
    found = content(
        arguments.results,
        arguments.data,
        plan["runs"],
        plan["slices"],
        PROJECT / "Snakefile",
        arguments.weights,
    )
    write(arguments.output, found, read_yaml(PROJECT / "CITATION.cff"))
    size = arguments.output.stat().st_size / 1e6
    print(f"{len(plan['runs'])} runs, {size:.1f} MB, SHA-256 {sha256(arguments.output)}")


if __name__ == "__main__":
    run_program(main)
