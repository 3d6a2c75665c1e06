"""Make one of the tables over all runs."""

import argparse
import json
from pathlib import Path

from denoising.declare import Inputs, function
from denoising.errors import run_program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compute", required=True, help="module:function that makes it")
    parser.add_argument("--facets", required=True, type=Path, help="its part of the plan, JSON")
    parser.add_argument("--digits", type=int, help="significant ones of numbers; default: all")
    parser.add_argument("--results", required=True, type=Path, help="folder of the results")
    parser.add_argument("--output", required=True, type=Path)
    arguments = parser.parse_args()

    facets = json.loads(arguments.facets.read_text(encoding="utf-8"))
    table = function(arguments.compute)(Inputs(arguments.results, facets))
    float_format = f"%.{arguments.digits}g" if arguments.digits else None
    table.to_csv(arguments.output, index=False, float_format=float_format)


if __name__ == "__main__":
    run_program(main)
