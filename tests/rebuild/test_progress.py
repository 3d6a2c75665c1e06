import io
import json
import os

import pytest
from rich.console import Console

from denoising.rebuild.progress import (
    Rebuild,
    Training,
    announced,
    clock,
    headline,
    plain,
    read_training,
    render,
    training_line,
)


@pytest.fixture
def run_folder(tmp_path):
    def write(rows, epochs=10):
        (tmp_path / "config.json").write_text(json.dumps({"training": {"epochs": epochs}}))
        (tmp_path / "history.csv").write_text("epoch,loss,val_loss,seconds\n" + rows)
        return tmp_path

    return write


def test_a_run_that_has_not_begun(tmp_path):
    assert read_training("x", tmp_path / "nowhere").epochs == 0


def test_a_running_run(run_folder):
    folder = run_folder("1,0.5,0.6,4.0\n2,0.25,0.3,6.0\n")
    training = read_training("sgd seed 0", folder)
    assert training == Training("sgd seed 0", 2, 10, 0.25, 0.3, 5.0)
    assert training.seconds_left == 40
    line = "sgd seed 0: epoch 2/10, loss 0.2500, val_loss 0.3000, 40 s left"
    assert training_line(training) == line


def test_a_half_written_row_is_passed_over(run_folder):
    assert read_training("x", run_folder("1,0.5,0.6,4.0\n2,0.2")).epoch == 1


def test_what_is_replaced_is_not_where_a_run_stands(run_folder):
    """Until the new training has laid its own configuration, the old one's numbers are not its."""
    rebuild = Rebuild(runs=1, jobs=2)
    folder = run_folder("1,0.5,0.6,6.0\n")
    rebuild.job_started(1, "train", {"experiment": "a", "seed": "0"}, [str(folder / "config.json")])
    assert plain(rebuild).endswith("a seed 0: starting")
    os.utime(run_folder("1,0.7,0.8,6.0\n") / "config.json", ns=(1, 1))  # whatever a clock says
    assert "a seed 0: epoch 1/10, loss 0.7000" in plain(rebuild)


def test_time_left_shares_what_waits_among_the_cores(run_folder, tmp_path):
    rebuild = Rebuild(runs=4, jobs=20)
    output = [str(tmp_path / "config.json")]
    rebuild.job_started(1, "train", {"experiment": "a", "seed": "0"}, output)
    rebuild.job_started(2, "train", {"experiment": "b", "seed": "0"}, output)
    run_folder("1,0.5,0.6,6.0\n")
    # two running runs of 9 × 6 s, two waiting of 10 × 6 s, two at a time: 54 + 60 s
    assert rebuild.seconds_left(rebuild.trainings()) == pytest.approx(114)
    assert headline(rebuild, rebuild.trainings()) == (
        "0/20 jobs · runs: 0 done, 2 training, 2 waiting · 2 min left"
    )
    rebuild.job_ended(1)
    assert rebuild.done == 1
    assert "runs: 1 done, 1 training, 2 waiting" in plain(rebuild)
    rebuild.job_failed(2)
    assert "runs: 1 done, 0 training, 2 waiting, 1 failed" in plain(rebuild)
    rebuild.job_started(2, "train", {"experiment": "b", "seed": "0"}, output)  # a cluster's: again
    assert "runs: 1 done, 1 training, 2 waiting ·" in plain(rebuild)


def test_of_hundreds_on_a_cluster_those_that_train_are_shown(run_folder, tmp_path):
    rebuild = Rebuild(runs=300, jobs=900)
    for number in range(99):
        output = [str(tmp_path / "queued" / str(number) / "model.keras")]
        rebuild.job_started(number, "train", {"experiment": f"q{number}", "seed": "0"}, output)
    rebuild.job_started(
        99, "train", {"experiment": "a", "seed": "0"}, [str(tmp_path / "config.json")]
    )
    run_folder("1,0.5,0.6,6.0\n")
    parts = plain(rebuild).split(" | ")
    assert parts[0].startswith("0/900 jobs · runs: 0 done, 100 training, 200 waiting")
    assert parts[1].startswith("a seed 0: epoch 1/10")
    assert len(parts) == 1 + 20 + 1
    assert parts[-1] == "and 80 more, training or queued"


def test_no_guess_before_the_first_epoch():
    assert "… left" in headline(Rebuild(runs=2), [])


def test_drawing_shows_runs_and_other_jobs(run_folder, tmp_path):
    rebuild = Rebuild(runs=1)
    output = [str(tmp_path / "config.json")]
    wildcards = {"experiment": "binary-crossentropy", "seed": "0"}
    rebuild.job_started(1, "train", wildcards, output)
    run_folder("1,0.5,0.6,6.0\n")
    rebuild.job_started(2, "draw_figure", {"number": "2.1.1"}, ["x.svg"])
    console = Console(file=io.StringIO(), width=80)
    console.print(render(rebuild))
    shown = console.file.getvalue()
    for text in (
        "binary-crossentropy seed 0",
        "1/10",
        "0.5000",
        "0.6000",
        "draw_figure 2.1.1",
    ):
        assert text in shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "…"), (12.4, "12 s"), (89, "89 s"), (240, "4 min"), (3900, "1 h 05 min")],
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_what_waits_is_weighed_by_what_was_expected(run_folder, tmp_path):
    """A run expected to take 30 s takes 60 s, so one of 300 s takes 600 s."""
    rebuild = Rebuild(runs=2, expected={"a seed 0": 30.0, "b seed 0": 300.0})
    output = [str(tmp_path / "config.json")]
    rebuild.job_started(1, "train", {"experiment": "a", "seed": "0"}, output)
    run_folder("1,0.5,0.6,6.0\n")
    assert rebuild.seconds_left(rebuild.trainings()) == pytest.approx(9 * 6 + 600)


def test_what_is_to_come_is_announced():
    said = "2 runs are not trained yet: all of that takes about 2 h 00 min on 2 cores"
    assert announced({"a seed 0": 7200.0, "b seed 0": 7200.0}, 2) == said
    said = "1 run is not trained yet: all of that takes about 2 h 00 min on 2 cores"
    assert announced({"a seed 0": 7200.0}, 2) == said  # one run has one core
