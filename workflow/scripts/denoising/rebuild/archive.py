"""The finished runs of a study in one file: written, and laid into a folder of results again.

An archive is a ``.tar.xz`` that any tool opens. It begins with ``README.txt``, which describes it,
and ``manifest.json``, which holds the SHA-256 of every other file.
"""

import hashlib
import io
import json
import lzma
import shutil
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from denoising.errors import LabError
from denoising.files import RECORD, TRAINING, AtMost
from denoising.rebuild.crate import METADATA, WORKFLOW, crate
from denoising.rebuild.finished import SHOWN

FORMAT = 1
README, MANIFEST = "README.txt", "manifest.json"
WEIGHTS = "model.keras"
# What only serves to measure a run again: with `keep: light` it goes when that is done.
UNKEPT = (TRAINING, WEIGHTS, "trajectory.npz", "decoded.npz")
READ_AT_ONCE = 2**20  # bytes
EXPANSION, SPARE = 100, 10**8  # bytes a byte and more that an archive may unpack to: it does to 20
TEXT = """\
Finished runs of the Denoising Autoencoder Lab: all that its tables, figures and page are made from.

    make restore FILE=<this file>    in a checkout of the commit below; then: make so-far

trains nothing, makes every table, figure and the page again, byte for byte, and takes new
experiments beside these runs.

  manifest.json               format, commits, what was left out, and the SHA-256 of every file
  ro-crate-metadata.json      what was run by what, when and with what, as a Workflow Run RO-Crate
  Snakefile                   the workflow that it names
  runs/<experiment>/seed-<n>  a run: its configuration, what it was trained with (processor,
                              versions, commit), history, measures, the error of every test image,
                              pictures of some; record.json has the SHA-256 of all that it had
  datasets/<slice>            what common image formats need for the clean test images
  data/<data set>             where the data came from

Left out, since no table, figure or page is made from it: {left_out}.
"""


class Content(NamedTuple):
    """What an archive is written from: files by their names in it."""

    files: dict[str, Path]
    left_out: list[str]


def content(
    results: Path,
    data: Path,
    runs: Iterable[Sequence[Any]],
    slices: Iterable[str],
    workflow: Path,
    weights: bool,
) -> Content:
    """List the files of an archive.

    Parameters
    ----------
    results, data : Path
        Folders of the results, and of the data sets' files.
    runs : iterable of (experiment, seed)
    slices : iterable of str
        Of data whose formats were measured.
    workflow : Path
        The Snakefile.
    weights : bool
        Whether trained weights are taken along.

    Raises
    ------
    LabError
        If a file of a run is missing or is not what its record says.
    """
    wanted = {*SHOWN, RECORD, *([WEIGHTS] if weights else [])}
    files, left_out = {WORKFLOW: workflow}, set()
    for experiment, seed in runs:
        folder = results / "runs" / experiment / f"seed-{seed}"
        recorded = _recorded(folder)
        for name in sorted({*recorded, RECORD}):
            path = folder / name
            if name not in wanted or (name in UNKEPT and not path.exists()):
                left_out.add(name)
                continue
            if name != RECORD and (not path.exists() or sha256(path) != recorded[name]):
                raise LabError(f"{path}: is not what {RECORD} says; delete the folder of this run")
            files[f"runs/{experiment}/seed-{seed}/{name}"] = path
    for one in slices:
        path = results / "datasets" / one / "formats.csv"
        if not path.exists():
            raise LabError(f"{path}: is missing; make it with: snakemake")
        files[f"datasets/{one}/formats.csv"] = path
    for path in sorted(data.glob("*/source.json")):
        files[f"data/{path.parent.name}/source.json"] = path
    return Content(files, sorted(left_out))


def _recorded(folder: Path) -> Mapping[str, str]:
    """Return the SHA-256 of the files of a run, by their names."""
    try:
        return dict(_json(folder / RECORD)["files"])
    except (OSError, ValueError, KeyError, TypeError):
        path = folder / RECORD
        raise LabError(f"{path}: is missing or damaged; delete the folder of this run") from None


def write(path: Path, found: Content, citation: Mapping[str, Any]) -> None:
    """Write an archive; the same files give the same bytes.

    Files of one name stand together, those of one seed side by side: what they share is stored
    once. `citation` is ``CITATION.cff``.
    """
    sums = {name: sha256(file) for name, file in sorted(found.files.items())}
    commits = sorted(
        {
            str(_json(file).get("commit"))
            for name, file in found.files.items()
            if name.endswith("/environment.json")
        }
    )
    described = crate(found.files, sums, citation)
    sums[METADATA] = hashlib.sha256(described).hexdigest()
    manifest = {"format": FORMAT, "commits": commits, "left_out": found.left_out, "files": sums}
    part = path.with_name(f"{path.name}.part")
    with (
        lzma.open(part, "wb", preset=9 | lzma.PRESET_EXTREME) as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add(archive, README, TEXT.format(left_out=", ".join(found.left_out)).encode())
        _add(archive, MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
        _add(archive, METADATA, described)
        for name in sorted(found.files, key=_together):
            _add(archive, name, found.files[name].read_bytes())
    part.replace(path)


def restore(path: Path, results: Path, data: Path, say: Callable[[str], None]) -> int:
    """Lay an archive's runs into a folder of results; what is there already stays.

    Parameters
    ----------
    path : Path
        The archive.
    results, data : Path
        Folders of the results, and of the data sets' files.
    say : callable
        Is told what was left as it is.

    Returns
    -------
    int
        How many runs were laid there.

    Raises
    ------
    LabError
        If it is no whole archive: then nothing is laid anywhere.
    """
    scratch = results / ".restoring"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        _unpack(path, scratch)
        laid = 0
        for folder in sorted((scratch / "runs").glob("*/seed-*")):
            target = results / folder.relative_to(scratch)
            if target.exists():
                say(f"{target} is there already: left as it is")
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.replace(target)
            laid += 1
        for part, root in (("datasets", results / "datasets"), ("data", data)):
            for file in sorted(path for path in (scratch / part).rglob("*") if path.is_file()):
                target = root / file.relative_to(scratch / part)
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    file.replace(target)
        return laid
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(path: Path, scratch: Path) -> None:
    damaged = LabError(f"{path}: is no whole archive of this project; get it again")
    too_much = LabError(f"{path}: unpacks to more than any archive of this project does")
    try:
        most = SPARE + EXPANSION * path.stat().st_size
        with lzma.open(path) as file:
            bounded = AtMost(file, most, too_much)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                for member in archive:
                    if not member.isreg():  # a link could lead anywhere
                        raise damaged
                    archive.extract(member, scratch, filter="data")
            while bounded.read(READ_AT_ONCE):  # to the checksum at the end
                pass
        manifest = _json(scratch / MANIFEST)
        made_as, files = manifest["format"], dict(manifest["files"])
    except (
        tarfile.TarError,
        lzma.LZMAError,
        OSError,
        EOFError,
        LookupError,
        TypeError,
        ValueError,
    ):
        if not path.is_file():
            raise LabError(f"{path}: there is no such file") from None
        raise damaged from None
    if made_as != FORMAT:
        raise LabError(f"{path}: has format {made_as}, this code reads {FORMAT}")
    there = {
        file.relative_to(scratch).as_posix(): file for file in scratch.rglob("*") if file.is_file()
    }
    sums = {n: sha256(file) for n, file in there.items() if n not in (README, MANIFEST)}
    if sums != files:
        raise damaged


def _together(name: str) -> tuple[str, ...]:
    """Sort key: file name, then seed, then all of the path."""
    parts = PurePosixPath(name).parts
    return (parts[-1], *parts[-2:-1], name)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    archive.addfile(entry, io.BytesIO(content))


def _json(path: Path) -> Mapping[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
