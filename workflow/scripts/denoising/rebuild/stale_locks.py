"""Locks that a killed Snakemake left behind."""

import fcntl
import shutil
from pathlib import Path
from typing import IO


def clear_stale_locks(state: Path) -> tuple[IO[str], bool]:
    """Delete Snakemake's locks if no other Snakemake lives in this folder.

    Snakemake's own locks are files that outlive a killed process; the one used here belongs to
    the process and ends with it.

    Parameters
    ----------
    state : Path
        The folder ``.snakemake``.

    Returns
    -------
    alive : file
        Keep it open as long as this Snakemake lives.
    sole : bool
        Whether no other Snakemake lives in this folder.
    """
    state.mkdir(exist_ok=True)
    alive = (state / "alive").open("w")
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sole = False  # another one lives: whose locks these are is for Snakemake to say
    else:
        sole = True
        shutil.rmtree(state / "locks", ignore_errors=True)
    fcntl.flock(alive, fcntl.LOCK_SH)
    return alive, sole
