"""Whole rebuilds whose files were damaged, moved in time, edited under them, or taken away."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import TINY, Project, copy_checkout, only_tables

from denoising.rebuild.verify import TIMES

TINY_RESULTS = "results/tiny"
TABLES = f"{TINY_RESULTS}/tables"
AT_MOST = 3  # times that the same command is given
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")  # root, but as anybody else


@pytest.fixture
def built(rebuilt, tmp_path):
    shutil.copytree(rebuilt.folder, tmp_path / "built", symlinks=True)
    return Project(tmp_path / "built")


def assert_same_tables(project, other):
    expected = sorted((other.folder / TABLES).glob("*.csv"))
    assert expected
    for path in expected:
        found = project.folder / TABLES / path.name
        if path.name == "runs.csv":  # which also holds seconds
            one, two = (pd.read_csv(p).drop(columns=list(TIMES)) for p in (path, found))
            pd.testing.assert_frame_equal(one, two, check_exact=True)
        else:
            assert found.read_bytes() == path.read_bytes(), path.name


def flip(path, at=0.5):
    """Change one bit; neither size nor date tell."""
    content, there = bytearray(path.read_bytes()), path.stat()
    content[int(len(content) * at)] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))


def until_done(project, *targets):
    """Give the same command until it ends well; return what it said before."""
    said = ""
    for _ in range(AT_MOST):
        done = project.snakemake(*TINY, *targets, check=False)
        if done.returncode == 0:
            return said
        assert "Traceback" not in done.stdout, done.stdout
        assert "the same command goes on from here" in done.stdout
        said += done.stdout
    raise AssertionError(said)


def test_damaged_results_are_named_and_made_again_by_the_same_command(built, rebuilt):
    results = built.folder / TINY_RESULTS
    runs = {name: results / "runs" / name / "seed-0" for name in ("baseline", "adagrad", "sgd")}
    flip(runs["baseline"] / "images.csv")
    flip(runs["adagrad"] / "model.keras")
    (runs["adagrad"] / "metrics.json").unlink()  # so that the model is read
    history = runs["sgd"] / "history.csv"
    history.write_bytes(history.read_bytes()[:40])  # it said: diverged in its first epoch
    data = next(results.glob("datasets/*/test.npy"))
    flip(data)
    shutil.rmtree(built.folder / TABLES)
    said = until_done(built, *only_tables(rebuilt))
    for path in (runs["baseline"] / "images.csv", runs["adagrad"] / "model.keras", data):
        name = path.relative_to(built.folder)
        assert f"error: {name}: is not what was written (its checksum differs); set aside" in said
    assert_same_tables(built, rebuilt)
    assert not list(results.rglob("runs/**/*.damaged"))


def test_damaged_tables_and_figures(built, rebuilt):
    results = built.folder / TINY_RESULTS
    page = results / "report-details.html"
    before = page.read_bytes()
    damaged = [results / "tables" / "rivals.csv", results / "figures" / "1.1.svg"]
    for path in damaged:
        flip(path)
    page.unlink()
    said = until_done(built)  # the page names what it reads first
    for path in damaged:
        assert f"{path.relative_to(built.folder)}: is not what was written" in said
    assert_same_tables(built, rebuilt)
    assert before.count(b"<svg") == page.read_bytes().count(b"<svg")


def test_a_damaged_data_file(built, rebuilt):
    results = built.folder / TINY_RESULTS
    path = built.folder / "results" / "data" / "mnist" / "train-images.idx"
    flip(path)
    shutil.rmtree(results / "datasets")  # so that it is read
    (results / "runs" / "sgd" / "seed-0" / "metrics.json").unlink()
    said = built.snakemake(*TINY, *only_tables(rebuilt), check=False).stdout
    assert f"{path.relative_to(built.folder)}: is not what was written" in said
    shutil.copytree(
        rebuilt.folder / "results/data", built.folder / "results/data", dirs_exist_ok=True
    )
    until_done(built, *only_tables(rebuilt))
    assert_same_tables(built, rebuilt)


@pytest.mark.parametrize("seconds", [2, -86400, 86400])
def test_dates_train_nothing(built, seconds):
    """Moved by up to two seconds; by a clock that was a day late, or early."""
    draw = random.Random(0)
    for path in (built.folder / "results").rglob("*"):
        if path.is_file():
            by = draw.uniform(-2, 2) if seconds == 2 else seconds
            os.utime(path, (path.stat().st_mtime + by,) * 2)
    planned = built.planned(*TINY)
    assert not [job for job in planned if job.startswith(("train", "evaluate", "prepare"))]


def test_a_job_refuses_code_that_was_edited_since_it_was_planned(built):
    """Its record would say that the code of before made it, also when the edit is taken back."""
    command = built.snakemake(
        f"{TINY_RESULTS}/runs/sgd/seed-0/metrics.json", *TINY, "-n", "-p", "--forceall"
    ).stdout
    programs = [
        line.removeprefix("Shell command: ").partition(" > ")[0]
        for line in command.splitlines()
        if "/train.py" in line or "/evaluate.py" in line
    ]
    assert len(programs) == 2
    built.edit("workflow/scripts/denoising/training/fit.py", "FOLLOWED = 10", "FOLLOWED = 11")
    built.edit(
        "workflow/scripts/denoising/measures/metrics.py",
        "import numpy",
        "import math\nimport numpy",
    )
    folder = built.folder / TINY_RESULTS / "runs" / "sgd" / "seed-0"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    scripts = built.folder / "workflow" / "scripts"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for program in programs:
        done = subprocess.run(
            ["bash", "-c", program], cwd=built.folder, text=True, capture_output=True, check=False,
            env={**os.environ, "LAB": str(scripts), "PYTHONPATH": str(scripts), "PATH": path},
        )  # fmt: skip
        assert done.returncode == 1
        assert "error: the code was edited since this rebuild began" in done.stderr
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_rebuilds_at_once(project, rebuilt):
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *TINY, *only_tables(rebuilt)]
    two = [
        subprocess.Popen(
            command, cwd=project.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(2)
    ]
    said = [one.communicate()[0] for one in two]
    assert not any("Traceback" in text for text in said), said
    for one, text in zip(two, said, strict=True):
        assert one.returncode == 0 or "another rebuild is at work in this folder" in text, text
    until_done(project, *only_tables(rebuilt))
    assert_same_tables(project, rebuilt)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="no setpriv: apt-get install util-linux")
def test_in_a_strange_place_without_privileges_and_with_results_that_cannot_be_written(
    rebuilt, tmp_path
):
    folder = tmp_path / "else where ü"
    project = copy_checkout(folder)
    for name in ("results", ".snakemake"):
        shutil.copytree(rebuilt.folder / name, folder / name, copy_function=shutil.copyfile)
    (tmp_path / "scratch").mkdir()

    def snakemake(*arguments):
        return subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-m", "snakemake", *TINY, *arguments],
            cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            env={**os.environ, "LC_ALL": "C", "TMPDIR": str(tmp_path / "scratch")},
        )  # fmt: skip

    shutil.rmtree(folder / TABLES)
    shutil.rmtree(folder / TINY_RESULTS / "runs" / "sgd")
    done = snakemake(*only_tables(rebuilt))
    assert done.returncode == 0, done.stdout
    assert_same_tables(project, rebuilt)
    assert list((tmp_path / "scratch").iterdir()) == []

    written = [path for path in (folder / "results").rglob("*") if path.is_dir()]
    for path in [folder / "results", *written]:
        path.chmod(0o555)
    try:
        assert "Nothing to be done" in snakemake(*only_tables(rebuilt)).stdout
    finally:
        for path in [folder / "results", *written]:
            path.chmod(0o755)
