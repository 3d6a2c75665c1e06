"""Locks that a killed Snakemake left behind."""

import atexit
import os
import platform
import shutil
import uuid
from pathlib import Path
from typing import IO, NamedTuple

from denoising.training.ownership import held, lock

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Process(NamedTuple):
    """A Snakemake, as the name of its file says.

    Attributes
    ----------
    host : str
    boot : str
        Changes when the machine starts; the containers of one machine share it.
    pid : int
    """

    host: str
    boot: str
    pid: int


def myself(host: str | None = None, boot: Path = BOOT_ID) -> Process:
    """Describe this process."""
    booted = boot.read_text().strip() if boot.exists() else ""  # there is none but on Linux
    return Process(host or platform.node(), booted, os.getpid())


def clear_stale_locks(state: Path, me: Process | None = None) -> tuple[IO[str], list[Process]]:
    """Delete Snakemake's locks if no other Snakemake lives in this folder.

    Snakemake's own locks are files that outlive a killed process. Here each process has a file of
    its own in ``living/``, whose lock ends with it. Some file systems keep locks to the machine
    that took them: what another machine left is believed to live.

    Parameters
    ----------
    state : Path
        The folder ``.snakemake``.
    me : Process, optional
        Default: `myself`.

    Returns
    -------
    alive : file
        Keep it open as long as this Snakemake lives.
    others : list of Process
        Those that live in this folder, too, as far as is known.
    """
    me = me or myself()
    folder = state / "living"
    own = folder / ",".join(map(str, (*me, uuid.uuid4().hex)))
    alive = held(own)
    atexit.register(own.unlink, missing_ok=True)
    others = []
    for path in folder.glob("*,*,*,*"):
        host, boot, pid, _ = path.name.split(",")
        other = Process(host, boot, int(pid))
        if other == me:
            continue
        if _lives(path, other, me):
            others.append(other)
        else:
            path.unlink(missing_ok=True)
    if not others:
        shutil.rmtree(state / "locks", ignore_errors=True)
    return alive, others


def _lives(path: Path, other: Process, me: Process) -> bool:
    if other.boot != me.boot:
        return other.host != me.host  # of this machine, it ended with what it ran on
    try:
        with path.open("r+") as file:
            free = lock(file)
    except FileNotFoundError:
        return False
    if free is None:  # no locks here: the number is what there is
        return Path("/proc", str(other.pid)).exists()
    return not free
