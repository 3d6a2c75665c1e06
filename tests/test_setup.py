"""`make` on a machine that lacks something: one line that says what to do, before make's own."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

PYTHON = os.path.realpath(sys.executable)


@pytest.fixture
def checkout(tmp_path):
    """What `make setup` reads; its environment is made here."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fails(checkout, *options, path=None, **environment):
    """Run ``make setup``; returns what it said last, before make's own closing line."""
    ours = ("PIP_", "MAKE")  # the latter are set by `make test`
    own = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    own |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PATH": path or own["PATH"]}
    made = subprocess.run(
        ["make", "setup", *options], cwd=checkout, env={**own, **environment},
        capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode != 0, made.stdout
    assert not (checkout / ".venv" / "ready").exists()
    said = [line for line in made.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1, made.stderr
    return said[0]


def python(folder, script):
    """A folder for the PATH with a `python3` that is a script beside it; nothing else of Python."""
    folder.mkdir()
    for name in ("make", "sh", "test", "sed", "grep", "head", "tail", "cut", "echo", "mv", "touch"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    (folder / "python3").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "python3").chmod(0o755)
    return str(folder)


def test_only_a_python_that_is_too_new(checkout, tmp_path):
    path = python(tmp_path / "bin", "exit 1")  # what it answers to the question for its version
    assert fails(checkout, path=path).startswith(
        "error: no Python 3.11, 3.12 or 3.13 found; install"
    )


def test_a_python_that_is_named_and_too_new(checkout, tmp_path):
    path = python(
        tmp_path / "bin",
        f"exec {PYTHON} -c 'import sys; sys.version_info = (3, 14, 0); exec(sys.argv[2])' \"$@\"",
    )
    line = fails(checkout, f"PYTHON={path}/python3")
    assert line.startswith("error: Python 3.11 to 3.13 is needed, ")
    assert "is 3.14; name another: make PYTHON=python3.12" in line


def test_no_module_venv(checkout, tmp_path):
    path = python(
        tmp_path / "bin", f'case "$*" in *ensurepip*) exit 1;; *) exec {PYTHON} "$@";; esac'
    )
    line = fails(checkout, path=path)
    assert "apt-get install python3-venv" in line
    assert line.endswith("then the same command goes on")


def test_a_full_disk(checkout):
    line = fails(checkout, f"PYTHON={PYTHON}", "FREE=1000000000")
    assert "GB are free here, 1000000000 are needed; make room, then the same" in line


def test_a_folder_that_cannot_be_written(checkout):
    (checkout / ".venv").write_text("a file")
    line = fails(checkout, f"PYTHON={PYTHON}")
    assert "cannot make .venv (" in line


def test_no_network(checkout):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    line = fails(checkout, f"PYTHON={PYTHON}", **nowhere)
    assert line == (
        "error: the packages could not be installed (the network does not answer; all of it:"
        " .venv/pip.log); mend that, then the same command goes on"
    )
    assert "Retrying" in (checkout / ".venv" / "pip.log").read_text()


def test_a_package_that_is_not_what_it_should_be(checkout, tmp_path):
    """An index, here a folder, that offers another file under the name of a locked one."""
    version = next(
        line.split()[0].partition("==")[2]
        for line in (checkout / "requirements.txt").read_text().splitlines()
        if line.startswith("setuptools==")
    )
    offered = tmp_path / "index"
    offered.mkdir()
    (offered / f"setuptools-{version}-py3-none-any.whl").write_bytes(b"evil")
    line = fails(checkout, f"PYTHON={PYTHON}", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(offered))
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in line
