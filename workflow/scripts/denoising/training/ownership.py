"""One process a run: a training that outlived its Snakemake makes way for the next."""

import errno
import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from denoising.errors import LabError

TAKEN_OVER = "another process has taken this run over; this one ends"
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # the file system has none


def lock(file: IO[str], wait: bool = False) -> bool | None:
    """Take the exclusive lock of a file, until it is closed or the process ends, however that ends.

    Parameters
    ----------
    file : file
        Opened for writing: network file systems refuse it otherwise.
    wait : bool
        Whether to wait for who has it.

    Returns
    -------
    bool or None
        Whether it is had; None where the file system has no locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in NO_LOCKS:
            return None
        raise
    return True


def held(path: Path, waits: Callable[[], None] | None = None) -> IO[str]:
    """Open a file, made if need be, and wait for its lock.

    Parameters
    ----------
    path : Path
    waits : callable, optional
        Called before waiting.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
        if lock(file) is False:
            if waits:
                waits()
            lock(file, wait=True)
        try:
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        file.close()  # it was deleted meanwhile: who comes now would lock another one


@contextmanager
def sole_owner(path: Path) -> Iterator[Callable[[], bool]]:
    """Own a file from now on, when its owner of before has let go.

    Parameters
    ----------
    path : Path
        Holds the name of the process that wants it last.

    Yields
    ------
    callable
        Tells whether this process still is the one that wants it last. One that is not should
        end soon: the other waits for it.

    Raises
    ------
    LabError
        If another process wanted it while this one waited.
    """
    name = uuid.uuid4().hex
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)

    def owned() -> bool:
        return path.exists() and path.read_text() == name

    def say() -> None:
        print("waiting for an earlier process that still trains this run", flush=True)

    with held(path, say):
        if not owned():
            raise LabError(TAKEN_OVER)
        yield owned
