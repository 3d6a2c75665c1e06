"""Lay the runs of archives into a folder of results, where snakemake finds them finished."""

import argparse
from pathlib import Path

from denoising.errors import run_program
from denoising.rebuild.archive import restore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", type=Path, nargs="+", metavar="archive")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--data", type=Path, default=Path("results/data"), help="of the data sets")
    arguments = parser.parse_args()

    count = sum(
        restore(archive, arguments.results, arguments.data, print) for archive in arguments.archives
    )
    print(f"{count} runs restored into {arguments.results}/runs; now: make so-far")


if __name__ == "__main__":
    run_program(main)
