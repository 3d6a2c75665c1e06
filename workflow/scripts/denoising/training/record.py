"""What a training leaves on disk while it goes on: its history and its checkpoints."""

from collections.abc import Callable
from pathlib import Path

from denoising.errors import LabError
from denoising.training.checkpoints import Checkpoints
from denoising.training.state import Epoch, State

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
        rows = (_row(number, epoch) for number, epoch in enumerate(past, start=1))
        self.history_file.write_text(HEADER + "".join(rows))
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
            raise LabError("another process has taken this run over; this one ends")


def _row(number: int, epoch: Epoch) -> str:
    return f"{number},{epoch.loss!r},{epoch.val_loss!r},{epoch.seconds:.3f}\n"
