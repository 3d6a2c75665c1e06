"""Find one run's dead lattice positions, epoch by epoch."""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from denoising.errors import run_program
from denoising.measures.lattice import (
    Revival,
    live_error,
    period,
    positions,
    predicted_error,
    revival,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the run's")
    parser.add_argument("--trajectory", required=True, type=Path)
    parser.add_argument("--clean", required=True, type=Path, help="folder of the clean arrays")
    parser.add_argument("--output", required=True, type=Path, help="folder of the run")
    arguments = parser.parse_args()

    architecture = json.loads(arguments.config.read_text())["architecture"]
    lattice = period(architecture)
    with np.load(arguments.trajectory) as trajectory:
        found = positions(
            trajectory["on"],
            trajectory["squared_error"],
            np.load(arguments.clean / "test.npy"),
            architecture,
        )
        finite = np.isfinite(trajectory["relative_error"]).all(axis=1)
    epochs = pd.DataFrame(
        {
            "dead": found.dead.sum(axis=(1, 2)),
            "never_on": (found.on == 0).sum(axis=(1, 2)),
            "live_error": live_error(found),
        },
        index=pd.RangeIndex(1, len(finite) + 1, name="epoch"),
        dtype=float,
    )
    epochs[~finite] = np.nan  # of an epoch that diverged nothing is known
    epochs.to_csv(arguments.output / "lattice.csv", float_format="%.6g")

    dead, never_on, live = epochs.iloc[-1]
    known = found.dead[finite]
    changes = revival(known) if len(known) else Revival(*[None] * 4)
    summary = {
        "rows": lattice[0],
        "columns": lattice[1],
        "dead": dead,
        "never_on": never_on,
        "live_error": live,
        "predicted_error": predicted_error(dead, lattice[0] * lattice[1], live),
        "revival": changes._asdict(),
        "positions": {key: getattr(found, key)[-1].tolist() for key in ("error", "on", "dead")},
    }
    text = pd.Series(summary).to_json(indent=2, double_precision=6)  # NaN becomes null
    (arguments.output / "lattice.json").write_text(text + "\n")


if __name__ == "__main__":
    run_program(main)
