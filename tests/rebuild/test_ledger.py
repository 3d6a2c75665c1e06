"""The ledger of claims, as it stands in the repository and as the tool `claims` checks it."""

import os
import random
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from denoising.config.read import read_yaml
from denoising.rebuild.published import CODECHECK, LEDGER, ledger

DOCS = ROOT / "docs"
TOOLS = ROOT / ".tools" / "bin"
CHANGES = int(os.environ.get("CHANGES", "8"))  # CHANGES=200: the campaign


@pytest.fixture(scope="module")
def written():
    return ledger(DOCS, read_yaml(ROOT / "CITATION.cff"))


def load(content):
    return YAML(typ="safe").load(content.decode())


@pytest.mark.parametrize("name", [LEDGER, CODECHECK])
def test_what_stands_in_the_repository_is_what_the_published_study_says(written, name):
    assert (ROOT / name).read_bytes() == written[name], "make ledger"


def test_every_file_of_the_study_is_in_both(written):
    files = {
        "docs/report.html",
        *(f"docs/tables/{path.name}" for path in (DOCS / "tables").iterdir()),
    }
    assert {one["path"] for one in load(written[LEDGER])["artifacts"]} >= files
    assert {one["file"] for one in load(written[CODECHECK])["manifest"]} >= files


def test_every_row_of_the_ledger_is_a_claim_with_its_numbers(written):
    table = pd.read_csv(DOCS / "tables" / "claims.csv", dtype=str, keep_default_na=False)
    claims = load(written[LEDGER])["claims"]
    assert len(claims) == len(table) == len({one["id"] for one in claims})
    for claim, (_, row) in zip(claims, table.iterrows(), strict=True):
        evidence = {one["name"]: one["reported"] for one in claim["evidence"]}
        numbers = {name: row[name] for name in ("ours", "low", "high", "count") if row[name]}
        assert numbers.items() <= evidence.items()
        assert claim["evidence"][0]["where"]["verdict"] == row["verdict"]
    means = [one for claim in claims for one in claim["evidence"] if one["name"] == "mean"]
    judged = table[(table["kind"] == "value") & (table["ours"] != "")]
    assert len(means) == len(judged) >= 15  # each of our means is in a second table, too


@pytest.fixture
def study(tmp_path):
    """A copy of the published study with its ledger."""
    shutil.copytree(DOCS / "tables", tmp_path / "docs" / "tables")
    shutil.copy(DOCS / "report.html", tmp_path / "docs")
    for name in (LEDGER, CODECHECK):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def accepted(folder):
    command = [TOOLS / "claims", "verify", "--policy", "strict", LEDGER]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def change(folder, draw):
    """Make a random change to a file of the study, or to a number in the ledger."""
    files = sorted(path for path in (folder / "docs").rglob("*") if path.is_file())
    kind = draw.choice(["digit", "digit", "digit", "number", "cut", "missing", "other"])
    path = folder / LEDGER if kind == "number" else draw.choice(files)
    content = path.read_bytes()
    if kind == "missing":
        path.unlink()
    elif kind == "cut":
        path.write_bytes(content[: draw.randrange(len(content))])
    elif kind == "other":
        path.write_bytes(draw.choice([one for one in files if one != path]).read_bytes())
    else:
        inside = rb"reported: '?-?[\d.e-]*\d" if kind == "number" else rb"\d"
        at = draw.choice([found.end() - 1 for found in re.finditer(inside, content)])
        digit = draw.choice([one for one in b"0123456789" if one != content[at]])
        path.write_bytes(content[:at] + bytes([digit]) + content[at + 1 :])
    return kind, path, content


@pytest.mark.skipif(not TOOLS.exists(), reason="no tool claims: make tools")
def test_the_tool_passes_it_whole_and_finds_every_change(study):
    """With CHANGES=200 in the environment: 200 changes instead of 8."""
    whole = accepted(study)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert re.search(r"\d{3} verified", whole.stdout)
    assert "0 errors, 0 warnings" in whole.stdout
    draw, missed = random.Random(15), []
    for _ in range(CHANGES):
        kind, path, content = change(study, draw)
        if accepted(study).returncode == 0:
            missed.append((kind, path.name))
        path.write_bytes(content)
    assert missed == []
    assert accepted(study).returncode == 0


def test_the_same_study_gives_the_same_bytes_in_any_process(written):
    code = (
        "import sys; from pathlib import Path; from denoising.rebuild.published import ledger;"
        "from denoising.config.read import read_yaml;"
        "[sys.stdout.buffer.write(one) for one in"
        " ledger(Path('docs'), read_yaml(Path('CITATION.cff'))).values()]"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert found.stdout == b"".join(written.values())
