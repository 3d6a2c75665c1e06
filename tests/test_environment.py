"""The three files that name packages agree with each other and with what is installed."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import version

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from denoising.config.read import read_yaml

LOCK = (ROOT / "requirements.txt").read_text()
LOCKED = {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [Requirement(text) for text in PROJECT["dependencies"]]


def conda_versions():
    *_, by_pip = read_yaml(ROOT / "environment.yml")["dependencies"]
    pinned = [Requirement(line) for line in by_pip["pip"] if not line.startswith("--")]
    return {canonicalize_name(r.name): str(r.specifier).removeprefix("==") for r in pinned}


def test_environment_yml_names_the_locked_versions():
    wanted = {canonicalize_name(requirement.name) for requirement in WANTED}
    assert conda_versions() == {name: LOCKED[name] for name in wanted}


@pytest.mark.parametrize("requirement", WANTED, ids=lambda requirement: requirement.name)
def test_lock_satisfies_the_constraints(requirement):
    assert LOCKED[canonicalize_name(requirement.name)] in requirement.specifier


def test_every_locked_package_has_hashes_and_no_address():
    blocks = re.split(r"\n(?=[\w])", LOCK)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block.splitlines()[0])
    assert "http" not in LOCK
    assert "index" not in LOCK


@pytest.mark.parametrize("requirement", WANTED, ids=lambda requirement: requirement.name)
def test_installed_is_what_is_locked(requirement):
    assert version(requirement.name) == LOCKED[canonicalize_name(requirement.name)]


def test_a_wrong_python_gets_one_line(tmp_path):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python3.10"  # this Python that takes itself for another
    code = "import sys; sys.version_info = (3, 10, 0); exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$2"\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "report", f"PYTHON={old}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},  # as `make test` sets
    )  # fmt: skip
    assert done.returncode != 0
    first, *rest = done.stderr.splitlines()
    assert first.startswith(f"error: Python 3.11 to 3.13 is needed, {old} is 3.10")
    assert all(line.startswith("make: ***") for line in rest)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(not (ROOT / ".tools").exists(), reason="no cyclonedx-py: make tools")
def test_the_list_of_dependencies_is_the_lock(tmp_path):
    """What `make sbom` writes: every locked package, in its version, with its hashes."""
    recipe = subprocess.run(
        ["make", "-n", "sbom", f"RESULTS={tmp_path}", "-o", "tools"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    [command] = [line for line in recipe.splitlines() if "cyclonedx-py" in line]
    subprocess.run(command, shell=True, cwd=ROOT, check=True)
    listed = json.loads((tmp_path / "sbom.cdx.json").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    found = {canonicalize_name(one["name"]): one["version"] for one in listed["components"]}
    assert found == LOCKED
    hashes = {
        hashed["content"]
        for one in listed["components"]
        for reference in one["externalReferences"]
        for hashed in reference["hashes"]
    }
    assert hashes == set(re.findall(r"--hash=sha256:([0-9a-f]{64})", LOCK))


NOT_INSTALLED = """
import sys
import sysconfig
sys.path.append({packages!r})  # without the .pth file that leads to this project
sys.argv[0] = "snakemake"
from snakemake.cli import main
main()
"""


def dry_run(*options, **environment):
    """Plan a rebuild from an environment in which this project is not installed."""
    program = NOT_INSTALLED.format(packages=sysconfig.get_path("purelib"))
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-S", "-c", program, "-n", "--configfile", "tests/tiny.yaml", *options],
        cwd=ROOT, env={**own, **environment}, capture_output=True, text=True,
    )  # fmt: skip


def test_snakemake_needs_the_packages_alone():
    done = dry_run()
    assert done.returncode == 0, done.stderr
    assert "usage:" not in done.stderr
    assert (
        dry_run("--config", "seeds=x").returncode != 0
    )  # and it is our configuration that is read


@pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME", "TMPDIR"])
def test_a_home_that_cannot_be_made(variable):
    done = dry_run(**{variable: "/proc/nowhere"})
    assert done.returncode == 0, done.stderr


def test_the_lock_for_a_cluster_names_what_is_wanted_and_with_hashes():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    lock = (ROOT / "requirements-slurm.txt").read_text()
    locked = re.findall(r"^([\w.-]+)==(\S+) \\\n    --hash=sha256:", lock, re.MULTILINE)
    wanted = [Requirement(text) for text in groups["slurm"]]
    assert locked == [(one.name, str(one.specifier).removeprefix("==")) for one in wanted]
    assert not {name for name, _ in locked} & set(LOCKED)  # a plain set-up does without
