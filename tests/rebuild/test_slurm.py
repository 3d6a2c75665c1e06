"""With programs of Slurm's names that say what the real ones say; the real ones: tests/cluster."""

import pytest

from denoising.rebuild.slurm import cancel_left_behind, left_behind, why_ended


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A queue as a file: `squeue` prints it, `scancel` takes the lines of its numbers out."""
    programs, listed = tmp_path / "bin", tmp_path / "queue"
    programs.mkdir()
    scripts = {
        "squeue": f'[ "$*" = "--me --noheader --format=%i|%k|%Z" ] && cat {listed}',
        "scancel": f'for n; do sed -i "/^$n|/d" {listed}; done',
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    (tmp_path / "lab/.snakemake/slurm_logs").mkdir(parents=True)
    return listed


def test_only_jobs_of_this_folder_that_snakemake_sent(queue, tmp_path):
    lab = tmp_path / "lab"
    (tmp_path / "link").symlink_to(lab)
    queue.write_text(
        f"11|rule_train_wildcards_sgd_0|{lab}\n"
        f"12|rule_evaluate|{tmp_path}/link\n"
        f"13|rule_train|{tmp_path}/other\n"
        f"14|mine, by hand|{lab}\n"
        f"15|(null)|{lab}\n"
    )
    assert left_behind(lab) == ["11", "12"]
    assert cancel_left_behind(lab) == (
        "note: 2 jobs of an earlier Snakemake cancelled; trainings go on from their last epoch"
    )
    assert [line[:2] for line in queue.read_text().splitlines()] == ["13", "14", "15"]
    assert cancel_left_behind(lab) == ""


def test_the_job_that_it_runs_in_is_not_its_own_to_cancel(queue, tmp_path, monkeypatch):
    queue.write_text(f"11|rule_all|{tmp_path}/lab\n")
    monkeypatch.setenv("SLURM_JOB_ID", "11")
    assert cancel_left_behind(tmp_path / "lab") == ""
    assert queue.read_text()


def test_one_that_does_not_end_is_named(queue, tmp_path, monkeypatch):
    monkeypatch.setattr("denoising.rebuild.slurm.ENDS", 1)
    queue.write_text(f"7|rule_train|{tmp_path}/lab\n")
    (tmp_path / "bin/scancel").write_text("#!/bin/sh\n")
    assert cancel_left_behind(tmp_path / "lab").endswith("do not end: scancel 7")


def test_no_cluster(queue, tmp_path, monkeypatch):
    queue.write_text(f"11|rule_train|{tmp_path}\n")
    assert left_behind(tmp_path) == []  # nothing was ever sent from there
    lab = tmp_path / "lab"
    (tmp_path / "bin/squeue").write_text("#!/bin/sh\nexit 1\n")  # it does not answer
    assert left_behind(lab) == []
    (tmp_path / "bin/squeue").unlink()
    assert left_behind(lab) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [  # as slurmstepd of Slurm 22.05 writes it
        (
            "slurmstepd: error: *** STEP 1.0 ON n1 CANCELLED AT 2026-11-30T09:27:14 ***\n"
            "slurmstepd-n1: error: *** JOB 1 ON n1 CANCELLED AT 2026-11-30T09:27:14 ***\n",
            "JOB 1 ON n1 CANCELLED AT 2026-11-30T09:27:14",
        ),
        (
            "epoch 3\nslurmstepd: error: *** JOB 4 ON n2 CANCELLED AT 2026-11-30T09:31:02"
            " DUE TO TIME LIMIT ***\n",
            "JOB 4 ON n2 CANCELLED AT 2026-11-30T09:31:02 DUE TO TIME LIMIT",
        ),
        (
            "slurmstepd-n1: error: StepId=1.0 exceeded memory limit (591081472 > 524288000), being"
            " killed\nslurmstepd-n1: error: Exceeded job memory limit\n",
            "StepId=1.0 exceeded memory limit (591081472 > 524288000)",
        ),
        (
            "slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch. Some of the step tasks"
            " have been OOM Killed.\n",
            "Detected 1 oom_kill event in StepId=7",
        ),
        ("error: the loss is nan\nsrun: error: n1: task 0: Exited with exit code 1\n", ""),
    ],
)
def test_why_a_job_ended_is_said_in_slurms_words(tmp_path, said, why):
    (tmp_path / "4.log").write_text(said)
    assert why_ended([tmp_path / "none.log", tmp_path / "4.log"]) == why
