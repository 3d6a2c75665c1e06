import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from test_crate import environment, make_run, packed

from denoising.errors import LabError
from denoising.files import record
from denoising.rebuild.verify import BYTES, TOLERANCE, archived, verify, way

NAMES = ("baseline", "sgd", "adam")


def runs(seeds=5, shift=0.0, noise=0.0, names=NAMES):
    """A table of runs: errors of sd 0.02 between seeds, another time a run."""
    rng, other = np.random.default_rng(0), np.random.default_rng(1)
    rows = [
        {"experiment": name, "seed": seed, "optimizer": name, "epochs": 50, "status": "completed",
         "relative_error": round(0.4 + 0.02 * rng.normal() + noise * other.normal() + shift, 6),
         "train_seconds": other.random()}
        for name in names for seed in range(seeds)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def study(folder, table, **others):
    """A folder of tables."""
    folder.mkdir(parents=True)
    mean = table.groupby("experiment", as_index=False)["relative_error"].mean()
    tables = {"runs": table, "experiments": mean, **others}
    for name, one in tables.items():
        one.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def published(tmp_path):
    formats = pd.DataFrame({"format": ["PNG", "JPEG"], "bytes": [200, 100]})
    return study(tmp_path / "docs" / "tables", runs(), formats=formats)


def compared(rebuilt, published, mode):
    return {one.name: one for one in verify(rebuilt, published, mode)}


def copy(published, tmp_path, name="rebuilt"):
    return shutil.copytree(published, tmp_path / name)


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_way_is_that_of_bytes_on_one_and_the_same_kind_only():
    assert way({"one": 3}, {"one": 200})[0] == BYTES
    for ours, theirs in [({"one": 3}, {"two": 3}), ({"one": 1, "two": 1}, {"one": 1, "two": 1}),
                         ({"one": 3}, {"one": 3, "two": 1}), ({"one": 3}, None)]:  # fmt: skip
        mode, why = way(ours, theirs)
        assert mode == TOLERANCE
        assert "computed with" in why


def test_the_same_tables_are_the_same(published, tmp_path):
    found = compared(copy(published, tmp_path), published, BYTES)
    assert {name: one.same for name, one in found.items()} == {
        "runs.csv": True, "experiments.csv": True, "formats.csv": True,
    }  # fmt: skip


def test_times_may_differ_and_nothing_else(published, tmp_path):
    rebuilt = copy(published, tmp_path)
    table = runs()
    table["train_seconds"] += 1
    table.to_csv(rebuilt / "runs.csv", index=False)
    assert compared(rebuilt, published, BYTES)["runs.csv"].same
    last = str(table["relative_error"].iloc[7])
    change(rebuilt / "runs.csv", last, last[:-1] + ("1" if last[-1] != "1" else "2"))
    found = compared(rebuilt, published, BYTES)["runs.csv"]
    assert found.same is False
    assert found.says.startswith("1 cells differ: row 8, relative_error: ")


def test_some_of_the_runs_are_compared_and_what_is_made_of_all_is_not(published, tmp_path):
    rebuilt = study(tmp_path / "rebuilt", runs().query("seed < 2"))
    found = compared(rebuilt, published, BYTES)
    assert found["runs.csv"].same
    assert found["runs.csv"].says.startswith("6 of the 15 published runs: ")
    assert found["experiments.csv"].same is None
    assert found["formats.csv"] == ("formats.csv", False, "is not in the rebuild")


def test_other_columns_are_told_in_plain_words(published, tmp_path):
    rebuilt = copy(published, tmp_path)
    table = runs().drop(columns="epochs").assign(mse=0.1)
    table.to_csv(rebuilt / "runs.csv", index=False)
    for mode in (BYTES, TOLERANCE):
        found = compared(rebuilt, published, mode)["runs.csv"]
        assert found.same is False
        assert found.says.startswith(
            "columns differ, as other code made them:"
            " only the published study has epochs and only the rebuild has mse; "
        )


def test_a_new_table_is_told(published, tmp_path):
    rebuilt = copy(published, tmp_path)
    (rebuilt / "new.csv").write_text("a\n1\n")
    assert compared(rebuilt, published, BYTES)["new.csv"].same is False


@pytest.mark.parametrize("seeds", [5, 1])
def test_elsewhere_the_spread_between_seeds_is_allowed(published, tmp_path, seeds):
    rebuilt = study(tmp_path / "rebuilt", runs(seeds, noise=0.02))
    found = compared(rebuilt, published, TOLERANCE)
    assert found["runs.csv"].same
    assert found["runs.csv"].says.endswith("all 3 means lie within the spread between seeds")
    assert found["experiments.csv"].same is None


@pytest.mark.parametrize("shift", [0.2, -0.2])
def test_elsewhere_more_than_the_spread_is_not(published, tmp_path, shift):
    rebuilt = study(tmp_path / "rebuilt", runs(shift=shift))
    found = compared(rebuilt, published, TOLERANCE)["runs.csv"]
    assert found.same is False
    assert found.says.startswith("3 settings or means differ: baseline, relative_error: mean ")


def test_elsewhere_settings_and_data_are_the_same(published, tmp_path):
    rebuilt = copy(published, tmp_path)
    runs().assign(epochs=2).to_csv(rebuilt / "runs.csv", index=False)
    change(rebuilt / "formats.csv", "200", "201")
    found = compared(rebuilt, published, TOLERANCE)
    assert "baseline, epochs: 2 instead of 50" in found["runs.csv"].says
    assert found["formats.csv"].says == "1 cells differ: row 1, bytes: 201 instead of 200"


def test_one_seed_has_no_spread(tmp_path):
    folder = study(tmp_path / "docs", runs(1))
    assert compared(folder, folder, TOLERANCE)["runs.csv"].same is None


def test_changed_verdicts_are_counted(tmp_path):
    claims = pd.DataFrame(
        {"claim": ["a", "b"], "procedure": "as stated", "verdict": ["reproduced"] * 2}
    )
    published = study(tmp_path / "docs", runs(), claims=claims)
    claims.loc[1, "verdict"] = "not reproduced"
    rebuilt = study(tmp_path / "rebuilt", runs(), claims=claims)
    assert compared(rebuilt, published, TOLERANCE)["claims.csv"].says.endswith(
        "1 of 2 verdicts are the same"
    )


def test_without_tables_it_says_how_to_make_them(published, tmp_path):
    with pytest.raises(LabError, match=r"runs\.csv: is missing; make it with: snakemake"):
        verify(tmp_path / "none", published, BYTES)
    with pytest.raises(LabError, match=r"runs\.csv: is missing; make it with: make publish"):
        verify(published, tmp_path / "none", BYTES)


# --- the program ---


@pytest.fixture
def rebuilt(published, tmp_path):
    """A rebuild of the published study, its runs with their environment."""
    claims = pd.DataFrame(
        {"claim": ["a"], "procedure": "as stated", "verdict": "reproduced", "quote": "q",
         "kind": "below", "experiments": "baseline", "measure": "relative_error",
         "ours": 0.4, "low": 0.3, "high": 0.5, "count": 5}
    )  # fmt: skip
    claims.to_csv(published / "claims.csv", index=False)
    pd.DataFrame({"experiment": ["sgd"], "measure": "psnr", "mean": 1}).to_csv(
        published / "experiments.csv", index=False
    )
    results = tmp_path / "results"
    shutil.copytree(published, results / "tables")
    for name in NAMES:
        for seed in range(5):
            run = results / "runs" / name / f"seed-{seed}"
            run.mkdir(parents=True)
            about = {"cpu": "one", "system": "Linux", "commit": "abc",
                     "packages": dict.fromkeys(("tensorflow", "keras", "numpy"), "1")}  # fmt: skip
            (run / "environment.json").write_text(json.dumps(about))
    return results


def called(program, *options):
    command = [sys.executable, ROOT / "workflow" / "scripts" / program, *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_program_says_the_way_each_outcome_and_the_sum(rebuilt, published):
    docs = published.parent
    options = ("--results", rebuilt, "--published", docs)
    unknown = called("verify_study.py", *options)
    assert unknown.returncode == 0, unknown.stdout + unknown.stderr
    assert "each mean by the published spread between seeds" in unknown.stdout
    assert "not recorded what the published study was computed with" in unknown.stdout
    written = called("write_ledger.py", "--published", docs, "--results", rebuilt)
    assert written.returncode == 0, written.stderr
    known = called("verify_study.py", *options)
    assert known.returncode == 0, known.stdout + known.stderr
    assert "byte for byte: both were computed with one, Linux, tensorflow 1" in known.stdout
    assert "agrees     runs.csv: the same bytes" in known.stdout
    assert "agrees     repro.yaml" in known.stdout
    assert known.stdout.endswith("6 agree, 0 differ, 0 not judged\n")
    change(docs / "tables" / "claims.csv", "0.3", "0.2")
    differs = called("verify_study.py", *options)
    assert differs.returncode == 1
    assert "DIFFERS    claims.csv: 1 cells differ: row 1, low: 0.3 instead of 0.2" in differs.stdout
    assert "DIFFERS    repro.yaml: does not say what the published tables say" in differs.stdout


def test_the_program_wants_a_rebuild(tmp_path):
    found = called("verify_study.py", "--results", tmp_path)
    assert found.returncode == 1
    assert (
        found.stderr == f"error: {tmp_path}/tables/runs.csv: is missing; make it with: snakemake\n"
    )


def test_an_archive_is_compared_run_by_run(tmp_path):
    results = tmp_path / "results"
    made = [make_run(results, "a", seed, environment(seed)) for seed in range(5)]
    packed(tmp_path / "packed", results, made[:4])
    archive = tmp_path / "packed" / "a.tar.xz"
    (results / "tables").mkdir()
    pd.DataFrame(made, columns=["experiment", "seed"]).to_csv(results / "tables" / "runs.csv")
    assert archived(archive, results)[1:] == (
        True, "4 of 4 runs have the same measures, byte for byte",
    )  # fmt: skip
    shutil.rmtree(results / "runs" / "a" / "seed-2")
    make_run(results, "a", 2, environment(7))
    (results / "runs" / "a" / "seed-2" / "metrics.json").write_text('{"psnr": 7}')
    record(results / "runs" / "a" / "seed-2", {})
    assert archived(archive, results)[1:] == (
        False, "3 of 4 runs have the same measures, byte for byte: runs/a/seed-2",
    )  # fmt: skip
    (tmp_path / "x").write_text("no archive")
    for path in (tmp_path / "x", tmp_path / "none"):
        with pytest.raises(LabError, match="is no archive of this project"):
            archived(path, results)
