"""One process a run: a training that outlived its Snakemake makes way for the next."""

import fcntl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def sole_owner(path: Path) -> Iterator[Callable[[], bool]]:
    """Own a file from now on, when its owner of before has let go.

    Parameters
    ----------
    path : Path
        Holds the name of the process that wants it last; its lock ends with the process that
        has it, however that ends.

    Yields
    ------
    callable
        Tells whether this process still is the one that wants it last. One that is not should
        end soon: the other waits for it.
    """
    name = uuid.uuid4().hex
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for an earlier process that still trains this run", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield lambda: path.read_text() == name
