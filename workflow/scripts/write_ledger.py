"""Write the published study's ledger of claims in the forms that outside tools check."""

import argparse
from pathlib import Path

from denoising.config.read import read_yaml
from denoising.errors import run_program
from denoising.files import put
from denoising.rebuild.published import MADE_WITH, ledger, made_with, run_folders

PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published", type=Path, default=PROJECT / "docs", help="default: docs")
    parser.add_argument(
        "--results", type=Path, help="what was published just now: also say what it was made with"
    )
    arguments = parser.parse_args()

    published = arguments.published
    if arguments.results:
        put(published / MADE_WITH, made_with(run_folders(arguments.results)))
    for name, content in ledger(published, read_yaml(PROJECT / "CITATION.cff")).items():
        put(published.parent / name, content)
        print(f"{published.parent / name}")


if __name__ == "__main__":
    run_program(main)
