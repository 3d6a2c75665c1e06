"""Store the clean test images in common formats: sizes and errors to compare codes with."""

import argparse
from pathlib import Path

from denoising.errors import run_program
from denoising.files import csv_bytes, put_vouched, read_array
from denoising.measures.codes import formats_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    table = formats_table(read_array(arguments.clean / "test.npy"))
    put_vouched(arguments.output, csv_bytes(table))


if __name__ == "__main__":
    run_program(main)
