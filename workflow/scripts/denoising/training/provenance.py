"""What a result was computed with."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = (
    "snakemake", "tensorflow", "keras", "numpy", "pandas", "matplotlib", "jinja2", "scikit-image",
)  # fmt: skip
PROJECT = Path(__file__).resolve().parents[4]
DIRTY = "-dirty"
VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}  # the widest first


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name as the system gives it, and what else can change bits.

    Clouds give processors of several generations one name, so family, model and the widest vector
    instructions stand behind it: ``AMD EPYC (family 26, model 2, AVX-512)``.
    """
    try:
        first = cpuinfo.read_text().partition("\n\n")[0]
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    facts = dict(map(str.strip, line.split(":", 1)) for line in first.splitlines() if ":" in line)
    flags = facts.get("flags", "").split()
    vectors = next((name for flag, name in VECTORS.items() if flag in flags), None)
    kind = [
        f"{key.removeprefix('cpu ')} {facts[key]}"
        for key in ("cpu family", "model")
        if key in facts
    ]
    kind += [vectors] if vectors else []
    name = facts.get("model name", platform.machine())
    return f"{name} ({', '.join(kind)})" if kind else name


def commit(folder: Path = PROJECT) -> str | None:
    """Return the commit of a working tree, with ``-dirty`` if it is not all; None outside git.

    A file that git does not know counts: it could be a noise that was trained with.
    """

    def git(*command: str) -> str:
        called = ["git", "--no-optional-locks", "-C", str(folder), *command]
        return subprocess.run(called, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain")
        return git("rev-parse", "--short=12", "HEAD") + (DIRTY if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def now() -> str:
    """Return the time in UTC, to the second: ``2026-11-25T12:00:00+00:00``."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def environment() -> dict[str, Any]:
    """Describe this machine and its software, and say when it was asked."""
    return {
        "started": now(),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "commit": commit(),
    }
