"""The command line of the programs that work on one run."""

import argparse
import json
from pathlib import Path
from typing import Any


def run_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of what every such program is told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--settings", required=True, type=Path, help="resolved experiment, JSON")
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--code", required=True, help="digest of the code that decides its bits")
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--noisy", required=True, type=Path, help="folder of the noise's seeds")
    parser.add_argument("--checkpoints", required=True, type=Path, help="folder of the run's own")
    parser.add_argument("--folder", required=True, type=Path, help="of the run")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse; ``run`` is the experiment with its seed, ``noisy`` the folder of that seed."""
    arguments = parser.parse_args()
    settings: dict[str, Any] = json.loads(arguments.settings.read_text(encoding="utf-8"))
    arguments.run = {**settings, "seed": arguments.seed}
    arguments.noisy = arguments.noisy / f"seed-{arguments.seed}"
    return arguments
