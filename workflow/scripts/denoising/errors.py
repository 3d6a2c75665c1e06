"""The one exception that a person is meant to read."""

import faulthandler
import signal
import sys
from collections.abc import Callable


class LabError(Exception):
    """Something a person can mend; its text says what, where and how."""


def run_program(main: Callable[[], None]) -> None:
    """Run a program's `main`; a `LabError` becomes one line on stderr and exit status 1.

    Ctrl-C ends it at once and silently, also in the middle of a TensorFlow graph; a fault in a
    library's own code says which and where.
    """
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        main()
    except LabError as error:
        sys.exit(f"error: {error}")
