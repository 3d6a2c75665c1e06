"""The one exception that a person is meant to read."""

import errno
import faulthandler
import signal
import sys
from collections.abc import Callable

# What is wrong with the machine, and not with the program.
OF_THE_MACHINE = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE")
}


class LabError(Exception):
    """Something a person can mend; its text says what, where and how."""


def run_program(main: Callable[[], None]) -> None:
    """Run a program's `main`; an error of a person or the machine becomes one line on stderr.

    The exit status is then 1.

    Ctrl-C ends it at once and silently, also in the middle of a TensorFlow graph; a fault in a
    library's own code says which and where.
    """
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        main()
    except LabError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror}; mend that, and the same command goes on")
