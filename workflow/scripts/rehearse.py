"""Build each kind of model, optimizer and loss once, and take one step, before any is trained."""

import argparse
from pathlib import Path

from denoising.errors import LabError, run_program
from denoising.files import json_bytes, put, read_plan
from denoising.training.rehearsal import passed_before, rehearse, signature


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", required=True, type=Path, help="settings by name, JSON")
    parser.add_argument("--code", required=True, help="digest of the code that builds and trains")
    parser.add_argument("--output", required=True, type=Path, help="what has passed, JSON")
    arguments = parser.parse_args()

    kinds = read_plan(arguments.kinds)
    signatures = {name: signature(own, arguments.code) for name, own in kinds.items()}
    before = passed_before(arguments.output.parent)
    new = {name: own for name, own in kinds.items() if signatures[name] not in before}
    refused = []
    for name, refusal in rehearse(new):
        if refusal:
            refused.append(f"experiments.{name}.{refusal}")
        else:
            print(f"{name}: can be trained", flush=True)
    if refused:
        raise LabError("\n".join([f"{len(refused)} of {len(new)} cannot be trained:", *refused]))
    put(arguments.output, json_bytes(sorted(signatures.values())))


if __name__ == "__main__":
    run_program(main)
