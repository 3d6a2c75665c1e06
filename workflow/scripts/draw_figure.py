"""Draw one figure, and write its data beside it."""

import argparse
from pathlib import Path

from denoising.declare import Inputs, function
from denoising.errors import run_program
from denoising.figures.style import save
from denoising.files import read_plan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", required=True, help="module:function that draws it")
    parser.add_argument("--facets", required=True, type=Path, help="its part of the plan, JSON")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    facets = read_plan(arguments.facets)
    save(function(arguments.draw)(Inputs(arguments.results, **facets)), arguments.output)


if __name__ == "__main__":
    run_program(main)
