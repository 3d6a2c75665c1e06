import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from handmade import settings

from denoising.files import record, start_afresh
from denoising.rebuild.finished import State, Wanted, config_text, settled, state

HERE = Wanted(config_text({"experiment": "a", "seed": 0}), "t1", "e1")
TRAINED = ("model.keras", "trajectory.npz", "history.csv", "layers.json")
DONE = State(trained=True, finished=True)


def train(folder, wanted, text="one"):
    """Leave what a training leaves; `text` tells one from another."""
    start_afresh(folder, ["training.json"])
    for name in TRAINED:
        (folder / name).write_text(text)
    (folder / "config.json").write_text(wanted.config)
    (folder / "environment.json").write_text("{}")
    record(folder, {"training": wanted.training}, "training.json")


def measure(folder, wanted, text="one"):
    for name in ("metrics.json", "images.csv", "decoded.npz"):
        (folder / name).write_text(text)
    record(folder, {"training": wanted.training, "evaluation": wanted.evaluation})


@pytest.fixture
def run(tmp_path):
    """A finished run's folder."""
    train(tmp_path, HERE)
    measure(tmp_path, HERE)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def other(**changes):
    return HERE._replace(**changes)


OTHER = other(config=config_text({"experiment": "a", "seed": 0, "noise": 1}))


def test_nothing_is_there(tmp_path):
    assert state(tmp_path / "none", HERE) == settled(tmp_path, HERE, True) == (False, False, "")
    assert names(tmp_path) == []


def test_a_finished_run_is_left_alone(run):
    before = names(run)
    assert settled(run, HERE, True) == DONE
    assert names(run) == before


def test_a_trained_run_waits_for_its_measures(tmp_path):
    train(tmp_path, HERE)
    assert settled(tmp_path, HERE, True) == State(trained=True, finished=False)
    assert (tmp_path / "model.keras").exists()


def test_another_configuration_is_set_aside_and_taken_back(run):
    """Snakemake goes by what is missing: the model and the measures."""
    found = settled(run, OTHER, True)
    assert (found.trained, found.finished) == (False, False)
    assert "another configuration" in found.other
    assert not (run / "model.keras").exists()
    assert not (run / "metrics.json").exists()
    assert settled(run, OTHER, True) == found  # once more changes nothing
    assert settled(run, HERE, True) == DONE
    assert "model.keras" in names(run)
    assert not [name for name in names(run) if name.endswith(".other")]


def test_what_was_set_aside_is_never_taken_for_what_came_after_it(run):
    """Wanted A, then B (made), then A (not made), then B again: B's files must be B's."""
    settled(run, OTHER, True)
    train(run, OTHER, "two")
    measure(run, OTHER, "two")
    assert settled(run, OTHER, True) == DONE
    assert not settled(run, HERE, True).finished
    assert settled(run, OTHER, True) == DONE
    assert (run / "model.keras").read_text() == (run / "metrics.json").read_text() == "two"


def test_other_training_code(run):
    found = settled(run, other(training="t2"), True)
    assert (found.trained, found.finished, found.other) == (
        False, False, "it was trained by other code",
    )  # fmt: skip
    assert not (run / "model.keras").exists()
    assert settled(run, HERE, True) == DONE


def test_other_training_code_before_anything_was_measured(tmp_path):
    """Else the evaluation would vouch for a training that it does not know."""
    train(tmp_path, HERE)
    found = settled(tmp_path, other(training="t2"), True)
    assert found.other
    assert not (tmp_path / "model.keras").exists()
    assert settled(tmp_path, HERE, True) == State(trained=True, finished=False)


def test_measures_without_a_record_were_cut_short(run):
    """The record is written last."""
    (run / "record.json").unlink()
    found = settled(run, HERE, True)
    assert (found.trained, found.finished) == (True, False)
    assert found.other
    assert not (run / "metrics.json").exists()


def test_other_evaluation_code_keeps_the_model(run):
    found = settled(run, other(evaluation="e2"), True)
    assert found == (True, False, "it was measured by other code")
    assert (run / "model.keras").exists()
    assert not (run / "metrics.json").exists()
    assert settled(run, HERE, True) == DONE


@pytest.mark.parametrize("name", ["images.csv", "metrics.json"])
def test_a_missing_file_of_the_measures_is_measured_again(run, name):
    (run / name).unlink()
    found = settled(run, HERE, True)
    assert (found.trained, found.finished) == (True, False)
    assert not (run / "metrics.json").exists()


@pytest.mark.parametrize("name", ["history.csv", "layers.json"])
def test_a_missing_file_of_the_training_is_trained_again(run, name):
    """No evaluation brings it back."""
    (run / name).unlink()
    found = settled(run, HERE, True)
    assert found == (False, False, f"{name} is missing")
    assert not (run / "model.keras").exists()


def test_what_nobody_looks_at_may_be_missing(run):
    for name in ("model.keras", "trajectory.npz", "decoded.npz"):
        (run / name).unlink()
    assert settled(run, HERE, True).finished  # as restored from an archive


@pytest.mark.parametrize("lost", [["model.keras"], ["trajectory.npz"]])
def test_a_restored_run_has_nothing_to_be_measured_from(run, lost):
    for name in lost:
        (run / name).unlink()
    found = settled(run, other(evaluation="e2"), True)
    assert (found.trained, found.finished) == (False, False)
    assert not (run / "metrics.json").exists()
    assert not (run / "model.keras").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"training": "t1", "evaluation": "e1"}', "é"]
)
def test_a_damaged_record_vouches_for_nothing(run, text):
    (run / "record.json").write_text(text, encoding="latin-1")
    found = settled(run, HERE, True)
    assert (found.trained, found.finished) == (True, False)
    assert not (run / "metrics.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", "é"])
def test_a_damaged_configuration_is_another_one(run, text):
    (run / "config.json").write_text(text, encoding="latin-1")
    assert settled(run, HERE, True).other
    assert not (run / "metrics.json").exists()


def test_without_a_configuration_nobody_knows_whose_files_these_are(run):
    (run / "config.json").unlink()
    assert settled(run, HERE, True).other
    assert not (run / "model.keras").exists()


def test_a_method_without_training(tmp_path):
    wanted = other(training="none")
    (tmp_path / "config.json").write_text(wanted.config)
    (tmp_path / "environment.json").write_text("{}")
    assert settled(tmp_path, wanted, True) == (False, False, "")
    measure(tmp_path, wanted)
    assert settled(tmp_path, wanted, True).finished


@pytest.mark.parametrize(
    "wanted", [OTHER, other(training="t2"), other(evaluation="e2")], ids=["config", "t", "e"]
)
def test_looking_changes_no_names(run, wanted):
    before = names(run)
    found = settled(run, wanted, False)
    assert found.other
    assert names(run) == before
    settled(run, wanted, True)
    aside = names(run)
    assert not settled(run, HERE, False).finished
    assert names(run) == aside


# --- by the programs themselves ---


@pytest.fixture
def program(tmp_path):
    """Run one of the two programs on a run's folder; the data are those of all configurations."""
    images = np.random.default_rng(0).random((30, 8, 8, 1), dtype=np.float32)
    for folder in ("clean", "noisy/seed-0"):
        (tmp_path / folder).mkdir(parents=True)
        for part in ("train", "test"):
            np.save(tmp_path / folder / f"{part}.npy", images)
    np.save(tmp_path / "clean" / "test-labels.npy", np.arange(len(images), dtype=np.uint8) % 10)

    def run(name, about, wanted):
        (tmp_path / "settings.json").write_text(json.dumps(about))
        more = ["--evaluation", wanted.evaluation] if name == "evaluate" else []
        subprocess.run(
            [sys.executable, ROOT / "workflow" / "scripts" / f"{name}.py", "--seed", "0",
             "--settings", tmp_path / "settings.json", "--code", wanted.training,
             "--clean", tmp_path / "clean", "--noisy", tmp_path / "noisy", *more,
             "--results", tmp_path / "results"],
            check=True, capture_output=True,
        )  # fmt: skip

    return run


def test_training_and_evaluation_leave_a_finished_run_and_nothing_set_aside(program, tmp_path):
    about = {
        "experiment": "a",
        **settings(),
        "training": {"epochs": 1, "batch_size": 10, "shuffle": True, "fresh_noise": False, "shift": 0, "early_stopping": None},
    }  # fmt: skip
    wanted = Wanted(config_text({**about, "seed": 0}), "t1", "e1")
    folder = tmp_path / "results" / "runs" / "a" / "seed-0"
    folder.mkdir(parents=True)
    train(folder, HERE)  # of another configuration
    measure(folder, HERE)
    assert settled(folder, wanted, True).other
    assert (folder / "model.keras.other").exists()
    program("train", about, wanted)
    assert settled(folder, wanted, True) == State(trained=True, finished=False)
    program("evaluate", about, wanted)
    assert settled(folder, wanted, True) == DONE
    later = wanted._replace(evaluation="e2")
    assert settled(folder, later, True).trained
    assert (folder / "metrics.json.other").exists()
    program("evaluate", about, later)
    assert settled(folder, later, True) == DONE
    assert not [name for name in names(folder) if name.endswith(".other")]
