"""What a training leaves on disk while it goes on: its history and its checkpoints."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from denoising.errors import LabError
from denoising.files import content, put, read_csv, set_aside
from denoising.training.checkpoints import Checkpoints
from denoising.training.ownership import TAKEN_OVER
from denoising.training.state import Epoch, State

if TYPE_CHECKING:
    import pandas as pd

HEADER = "epoch,loss,val_loss,seconds\n"


class Record:
    """Take a training down epoch by epoch.

    Parameters
    ----------
    history_file : Path
        CSV file that gains a row an epoch: epoch (from 1), loss, val_loss, seconds.
    checkpoints : Checkpoints
        Written after each epoch.
    owned : callable
        Whether the run still is this process' own; asked after each epoch.
    """

    def __init__(
        self,
        history_file: Path,
        checkpoints: Checkpoints,
        owned: Callable[[], bool] = lambda: True,
    ) -> None:
        self.history_file, self.checkpoints, self.owned = history_file, checkpoints, owned

    def begin(self) -> State | None:
        """Return where the training goes on, if anywhere; write the history up to there.

        The file is written anew: a later Snakemake deletes that of a training that it lost.
        """
        state = self.checkpoints.restore()
        past = state.history if state else ()
        put(self.history_file, history_bytes(past))
        if state:
            print(f"going on from the checkpoint of epoch {len(past)}", flush=True)
        return state

    def after_epoch(self, state: State) -> None:
        """Write what the last epoch adds.

        Raises
        ------
        LabError
            If the run is no longer this process' own.
        """
        with self.history_file.open("a") as file:
            file.write(_row(len(state.history), state.history[-1]))
        self.checkpoints.save(state)
        if not self.owned():
            raise LabError(TAKEN_OVER)


def history_bytes(epochs: tuple[Epoch, ...]) -> bytes:
    """Write a history as ``history.csv`` has it."""
    rows = (_row(number, epoch) for number, epoch in enumerate(epochs, start=1))
    return (HEADER + "".join(rows)).encode()


def read_history(path: Path, training: Mapping[str, Any]) -> pd.DataFrame:
    """Read the history of a training that has ended.

    Parameters
    ----------
    path : Path
    training : mapping
        What the run's configuration says of it.

    Raises
    ------
    Damaged
        If it is not what was written, or no training of this configuration ends like this.
    """
    from denoising.training.fit import has_ended

    lines = content(path).decode(errors="replace").splitlines(keepends=True)
    try:
        epochs = [
            Epoch(*(float(row[name]) for name in Epoch._fields)) for row in csv.DictReader(lines)
        ]
        whole = all(line.endswith("\n") for line in lines) and lines[:1] == [HEADER]
    except (ValueError, TypeError, KeyError):
        whole = False
    before = any(has_ended(epochs[:n], training) for n in range(len(epochs)))
    if not whole or not has_ended(epochs, training) or before:
        raise set_aside(path, "no training of this configuration ends like this")
    return read_csv(path)


def _row(number: int, epoch: Epoch) -> str:
    return f"{number},{epoch.loss!r},{epoch.val_loss!r},{epoch.seconds:.3f}\n"
