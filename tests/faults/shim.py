"""The library that lets changes of files fail, built and loaded."""

import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path

KINDS = ("no space", "I/O error", "quota", "kill", "torn")  # as in shim.c
LAYOUT = "qqqq4000s"  # calls, target, kind, fired, root
BUILD = "apt-get install gcc libc6-dev"


def build(folder: Path) -> Path:
    """Compile it."""
    library = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(
        ["gcc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True
    )
    return library


def missing() -> str | None:
    """Tell what it needs and is not there, if anything."""
    return None if shutil.which("gcc") else f"no C compiler: {BUILD}"


class Plan:
    """What is to fail in all processes that were started with `environment`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(mmap.PAGESIZE * 2))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)

    def environment(self, library: Path) -> dict[str, str]:
        return {"LD_PRELOAD": str(library), "FAULT_PLAN": str(self.path)}

    def arm(self, root: Path | None, target: int = 0, kind: str = KINDS[0]) -> None:
        """Count changes under a folder, and let the one with the number `target` fail."""
        text = os.fsencode(root) if root else b""
        self.memory[: struct.calcsize(LAYOUT)] = struct.pack(
            LAYOUT, 0, target, KINDS.index(kind), 0, text
        )

    def disarm(self) -> tuple[int, bool]:
        """Let nothing fail any more; return how many changes there were, and whether one failed."""
        calls, _, _, fired, _ = struct.unpack_from(LAYOUT, self.memory)
        self.arm(None)
        return calls, bool(fired)
