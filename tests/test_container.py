"""What of the container works without an engine: its files are there, its commands do what they say."""

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, copy_checkout

STEPS = [
    (step.split(maxsplit=1)[0], step.split(maxsplit=1)[1])
    for step in (ROOT / "Dockerfile").read_text().splitlines()
    if step and not step.startswith("#")
]


def copied_before(command):
    """What stands in the image when a command is run."""
    number = next(n for n, (verb, rest) in enumerate(STEPS) if verb == "RUN" and command in rest)
    return [name for verb, rest in STEPS[:number] if verb == "COPY" for name in rest.split()[:-1]]


def test_its_python_is_one_that_the_project_is_made_for():
    [image] = [rest for verb, rest in STEPS if verb == "FROM"]
    assert re.fullmatch(r"python:3\.1[123]-slim-bookworm", image)


def test_the_set_up_has_all_that_it_needs(tmp_path):
    """`make setup` with only what is copied before it, as the image has it; what it would run."""
    for name in copied_before("make setup"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        ["make", "--dry-run", "setup", f"PYTHON={sys.executable}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "--require-hashes -r requirements.txt" in done.stdout
    assert (tmp_path / "workflow/scripts/denoising/__init__.py").exists()  # for --editable


@pytest.mark.parametrize("name", ["results", ".venv", ".git", ".snakemake"])
def test_what_is_of_this_machine_stays_out(name):
    assert name in (ROOT / ".dockerignore").read_text().splitlines()


def test_its_entry_plans_a_rebuild_in_another_folder(tmp_path):
    """The entry point with the folders of the image replaced by two of this machine."""
    [entry] = [json.loads(rest) for verb, rest in STEPS if verb == "ENTRYPOINT"]
    lab, work = copy_checkout(tmp_path / "lab").folder, tmp_path / "work"
    work.mkdir()
    command = [part.replace("/work", str(work)).replace("/lab/", f"{lab}/") for part in entry]
    assert command.pop(0) == f"{lab}/.venv/bin/snakemake"
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *command, "--cores", "1", "-n", "--quiet", "rules"],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, shlex.join(command) + done.stderr
    assert re.search(r"^train +8$", done.stdout, re.MULTILINE)
    assert not (lab / ".snakemake").exists()
