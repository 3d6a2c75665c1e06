import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from denoising.config.load import load
from denoising.evidence.experiments import experiment_table
from denoising.evidence.replicates import experiments_table
from denoising.report.texts import Texts
from denoising.training.runtime import import_tensorflow

ROOT = Path(__file__).parents[1]

import_tensorflow()  # before any test imports Keras with other settings


def pytest_collection_modifyitems(items):
    """Files that run the pipeline begin first: no core waits for the last of them alone."""
    long = {item.path for item in items if "mnist" in item.fixturenames}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def config():
    return load([ROOT / "config" / "config.yaml"])


class Project:
    """A copy of this checkout in which a test may edit and run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def snakemake(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "snakemake", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, check=False, text=True, timeout=900,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if check:
            assert done.returncode == 0, done.stdout
        return done

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))

    def planned(self, *arguments: str) -> list[str]:
        """Jobs of a dry run, such as 'train experiment=sgd, seed=0'."""
        lines = self.snakemake("-n", *arguments).stdout.splitlines()
        jobs = []
        for line in lines:
            if line.startswith(("rule ", "localrule ")):
                jobs.append(line.split()[1].rstrip(":"))
            elif line.startswith("    wildcards: "):
                jobs[-1] += " " + line.removeprefix("    wildcards: ")
        return sorted(job for job in jobs if job != "all")


def copy_checkout(to: Path) -> Project:
    """Copy what git tracks or would track; never results."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return Project(to)


@pytest.fixture(scope="session")
def mnist(tmp_path_factory):
    """Folder of the real MNIST files, fetched by the pipeline itself (once a checkout)."""
    folder = ROOT / "results" / "data" / "mnist"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / ".tests").open("w") as file:  # one of several workers
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (folder / "source.json").exists():
            done = subprocess.run(
                [sys.executable, "-m", "snakemake", "results/data/mnist/source.json"],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    return folder


def copy_data(mnist: Path, to: Project) -> None:
    """Copy the files as if just fetched: newer than the program that fetches them."""
    folder = to.folder / "results" / "data" / "mnist"
    shutil.copytree(mnist, folder, copy_function=shutil.copyfile)


@pytest.fixture
def project(tmp_path, mnist):
    """A fresh copy of the checkout with MNIST in it and nothing else computed."""
    copy = copy_checkout(tmp_path / "project")
    copy_data(mnist, copy)
    return copy


TINY = ("--configfile", "tests/tiny.yaml")


def only_tables(rebuilt: Project) -> list[str]:
    """Targets of a rebuild without figures and page, which take most of its time."""
    names = (rebuilt.folder / "results" / "tiny" / "tables").glob("*.csv")
    return ["--", *sorted(f"results/tiny/tables/{path.name}" for path in names)]


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory, mnist):
    """A copy of the checkout with a finished rebuild of the tiny preset."""
    project = copy_checkout(tmp_path_factory.mktemp("rebuilt") / "project")
    copy_data(mnist, project)
    done = project.snakemake(*TINY)
    assert "report: results/tiny/report.html" in done.stdout
    return project


EXPERIMENTS = {
    "a": {"title": "A", "reported": 0.5},
    "b": {"title": "B", "reported": 0.4},
    "c": {"title": "<script>alert(1)</script>", "reported": None},
}


TITLES = {"a": "A", "b": "B"}


def runs(**errors):
    """Rows of runs.csv; an error of None is a diverged run."""
    return pd.DataFrame(
        {
            "experiment": name, "seed": seed, "status": "diverged" if error is None else "completed",
            "optimizer": "adam", "learning_rate": 0.1, "loss": "huber", "architecture": "x",
            "code_shape": "2×2×1", "side_ratio": "2/28", "code_elements": {"a": 40, "b": 30, "c": 20}[name],
            "input_elements": 784, "parameters": 7, "relative_error_first10": error,
            "relative_error": None if error is None else error + 0.1, "share_under_limit": 0.5,
            "psnr": 10.0, "ssim": 0.5, "val_loss": 0.1, "live_error": 0.3, "dead_positions": 2,
            "positions": 16,
        }
        for name, values in errors.items()
        for seed, error in enumerate(values)
    )  # fmt: skip


def table_of(**errors):
    frame = runs(**errors)
    return experiment_table(frame, experiments_table(frame), {k: EXPERIMENTS[k] for k in errors})


class Said:
    """Sentences as one language says them; every language must have them."""

    def __init__(self, language):
        self.language, self.texts = language, Texts(ROOT / "report" / "texts", ["en", "zh"])

    def say(self, sentence):
        said = self.texts.say(sentence)
        assert all(text and "{" not in text for text in said.texts.values())
        return said[self.language].replace("\u00a0", " ")


@pytest.fixture(scope="module")
def texts():
    return Said("en")


def said_of(texts, sentences):
    return " ".join(texts.say(sentence) for sentence in sentences)


def pytest_terminal_summary(terminalreporter):
    """Say once, at the end, how the tests that skipped themselves can be had."""
    skipped = terminalreporter.stats.get("skipped", [])
    if unchecked := [one for one in skipped if "make tools" in str(one.longrepr)]:
        terminalreporter.write_line(
            f"{len(unchecked)} tests with outside checkers were left out: make tools, then make test"
        )
    missing = [one for one in skipped if "chromium" in str(one.longrepr).lower()]
    if missing:
        terminalreporter.write_line(
            f"{len(missing)} tests of the report in a browser were left out, for want of Chromium:"
            " apt-get install chromium fonts-noto-cjk, then make test"
        )
