"""Draw figure 1.1: an autoencoder with the shapes of a built model."""

import argparse
import json
from pathlib import Path

from denoising.errors import run_program
from denoising.figures.architecture import architecture_figure
from denoising.figures.experiments import read_drawn
from denoising.figures.style import save
from denoising.files import read_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=json.loads, help="what is drawn, JSON")
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    drawn = read_drawn(**arguments.run)
    folder = Path(arguments.run["run"])
    input_shape = read_json(folder / "config.json")["architecture"]["input_shape"]
    layers = read_json(folder / "layers.json")
    figure = architecture_figure(layers, input_shape, drawn.noisy, drawn.denoised)
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
