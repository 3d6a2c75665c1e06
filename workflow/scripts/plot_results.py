"""Draw one of the results' figures: of an experiment or of a study."""

import argparse
import json
from pathlib import Path

from denoising.errors import run_program
from denoising.figures.experiments import experiment_figure, read_drawn, study_figure
from denoising.figures.style import empty_figure, save


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--kind", required=True, choices=["loss", "error", "images", "experiment", "study"]
    )
    parser.add_argument(
        "--runs", required=True, type=json.loads, help="runs, a list an experiment, JSON"
    )
    parser.add_argument("--output", required=True, nargs="+", type=Path)
    arguments = parser.parse_args()

    experiments = [[read_drawn(**run) for run in runs] for runs in arguments.runs]
    experiments = [runs for runs in experiments if runs]
    if not experiments:
        figure = empty_figure("no run completed")
    elif arguments.kind == "study":
        figure = study_figure(experiments)
    else:
        figure = experiment_figure(experiments[0], arguments.kind)
    save(figure, arguments.output)


if __name__ == "__main__":
    run_program(main)
