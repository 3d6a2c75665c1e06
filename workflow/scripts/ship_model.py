"""Make the model that is shipped for cleaning pictures from a trained run."""

import argparse
from pathlib import Path

from denoising.errors import run_program
from denoising.training.runtime import import_tensorflow


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("folder", type=Path, help="where it goes: models/photographs")
    arguments = parser.parse_args()

    import_tensorflow()
    from denoising.cleaning.shipping import ship

    size = ship(arguments.run, arguments.folder)
    print(f"{arguments.folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    run_program(main)
