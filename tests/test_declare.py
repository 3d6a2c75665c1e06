import json
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

from denoising.arguments import parsed, run_parser
from denoising.declare import Inputs, function
from denoising.declared import FIGURES, TABLES
from denoising.report.sections import sections

EVERY = (*TABLES, *FIGURES)


def test_names_are_unique_and_what_they_read_is_declared():
    tables = [table.name for table in TABLES]
    assert len(set(tables)) == len(tables)
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    for declared in EVERY:
        assert set(declared.tables) <= set(tables), declared.name


def test_no_table_waits_for_itself():
    below = {table.name: set(table.tables) for table in TABLES}
    while below:
        ready = {name for name, others in below.items() if not others & set(below)}
        assert ready, below
        below = {name: others for name, others in below.items() if name not in ready}


@pytest.mark.parametrize("declared", EVERY, ids=lambda one: one.name)
def test_every_function_can_be_imported(declared):
    assert callable(function(getattr(declared, "compute", None) or declared.draw))


@pytest.mark.parametrize(
    "modules", ["denoising.declared", "denoising.report.sections as sections; sections.sections()"]
)
def test_reading_declarations_imports_nothing_heavy(modules):
    heavy = {"pandas", "matplotlib", "scipy", "keras", "tensorflow", "skimage"}
    code = f"import sys, {modules.split(';')[0]}; {modules.partition(';')[2]}\nprint(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT / "workflow" / "scripts")},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
    assert sections()


def test_inputs_read_tables_and_runs(tmp_path):
    folder = tmp_path / "runs" / "a" / "seed-3"
    folder.mkdir(parents=True)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "runs.csv").write_text("experiment,seed\na,3\n")
    (folder / "history.csv").write_text("epoch,loss\n1,0.5\n")
    (folder / "config.json").write_text('{"seed": 3}')
    inputs = Inputs(tmp_path)
    expected = pd.DataFrame({"experiment": ["a"], "seed": [3]})
    pd.testing.assert_frame_equal(inputs.runs, expected)
    assert inputs.runs is inputs.runs  # read once
    assert inputs.folder("a", 3) == folder
    assert inputs.csv("a", 3, "history.csv")["loss"].tolist() == [0.5]
    assert inputs.json("a", 3, "config.json") == {"seed": 3}


def test_the_command_line_of_a_run(tmp_path, monkeypatch):
    settings = tmp_path / "a.json"
    settings.write_text(json.dumps({"experiment": "a", "noise": {"kind": "blur"}}))
    given = {"settings": settings, "seed": 7, "code": "abc", "clean": "data/clean",
             "noisy": "data/noisy", "results": "results"}  # fmt: skip
    words = [word for key, value in given.items() for word in (f"--{key}", str(value))]
    monkeypatch.setattr("sys.argv", ["train.py", *words])
    found = parsed(run_parser("Something."))
    assert found.run == {"experiment": "a", "noise": {"kind": "blur"}, "seed": 7}
    assert str(found.noisy) == "data/noisy/seed-7"
    assert str(found.clean) == "data/clean"
    assert str(found.folder) == "results/runs/a/seed-7"
    assert str(found.checkpoints) == "results/checkpoints/a/seed-7"
    monkeypatch.setattr("sys.argv", ["train.py", *words[2:]])
    with pytest.raises(SystemExit):
        parsed(run_parser("Something."))
