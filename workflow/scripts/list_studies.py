"""List the studies: how many runs each has, and about how long it takes from nothing."""

import argparse
import os
from pathlib import Path

from denoising.config.load import load
from denoising.errors import run_program
from denoising.rebuild.overview import overview
from denoising.rebuild.progress import clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path, nargs="+", help="each laid over those before")
    arguments = parser.parse_args()

    cores = len(os.sched_getaffinity(0))
    found = list(overview(load(arguments.config)))
    width = max(len(study.name) for study in found)
    print(f"{'study':{width}}  runs  trained  {f'on {cores} cores':>11}")
    for study in found:
        time = clock(study.seconds / min(cores, study.trained)) if study.trained else "–"
        print(f"{study.name:{width}}  {study.runs:4}  {study.trained:7}  {time:>11}  {study.title}")
    print("Each from nothing; what several share is trained once.")


if __name__ == "__main__":
    run_program(main)
