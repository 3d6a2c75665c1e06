"""Make one of the tables over all runs."""

import argparse
from pathlib import Path

from denoising.declare import Inputs, function
from denoising.errors import run_program
from denoising.files import csv_bytes, put_vouched, read_plan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compute", required=True, help="module:function that makes it")
    parser.add_argument("--facets", required=True, type=Path, help="its part of the plan, JSON")
    parser.add_argument("--digits", type=int, help="significant ones of numbers; default: all")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    facets = read_plan(arguments.facets)
    table = function(arguments.compute)(Inputs(arguments.results, facets))
    put_vouched(arguments.output, csv_bytes(table.rename_axis(None), arguments.digits))


if __name__ == "__main__":
    run_program(main)
