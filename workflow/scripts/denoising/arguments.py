"""The command line of the programs that work on one run."""

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np

from denoising.files import read_plan
from denoising.seeds import seed_of


def run_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of what every such program is told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--settings", required=True, type=Path, help="resolved experiment, JSON")
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--code", required=True, help="digest of the code that decides its bits")
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noise's seeds")
    parser.add_argument("--results", required=True, type=Path, help="folder of all results")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse.

    Beside what is told there are ``run`` (the experiment with its seed), ``folder`` and
    ``checkpoints`` of this run, and ``noisy`` is the folder of its noise's seed.
    """
    arguments = parser.parse_args()
    # What we draw has streams of its own; somebody's own method or noise may draw from these.
    random.seed(arguments.seed)
    np.random.seed(arguments.seed % 2**32)  # noqa: NPY002
    settings: dict[str, Any] = read_plan(arguments.settings)
    arguments.run = {**settings, "seed": arguments.seed}
    own = Path(settings["experiment"], f"seed-{arguments.seed}")
    arguments.folder = arguments.results / "runs" / own
    arguments.checkpoints = arguments.results / "checkpoints" / own
    arguments.noisy = arguments.noisy / f"seed-{seed_of(arguments.run, 'noise')}"
    return arguments
