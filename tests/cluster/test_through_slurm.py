"""A rebuild through a real Slurm of two nodes on this machine: the same tables, whatever happens.

`make test-slurm`; without Slurm's programs or Snakemake's plugin these tests are left out.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from conftest import ROOT, TINY, Project, copy_checkout, copy_data, only_tables
from loopback import NODES, missing, slurm

from denoising.rebuild.verify import TIMES

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

THROUGH_SLURM = (
    "--workflow-profile", "slurm", "--slurm-no-account", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "2", "--latency-wait", "10",
)  # fmt: skip
# What a run needed is no result. All else is compared byte for byte.
TABLES = "results/tiny/tables"
EPOCHS = 60
LONG = f"""
results: results/long
defaults:
  data: {{train: 400, test: 50}}
  training: {{epochs: {EPOCHS}}}
"""
RUN = "results/long/runs/baseline/seed-0"
TARGET = (f"{RUN}/metrics.json", "--configfile", "long.yaml")
CHECKPOINTS = "results/long/checkpoints/baseline/seed-0"
LOG = "results/long/logs/train/baseline/seed-0.log"
LITTLE = 500  # MB: too little for TensorFlow, of which three times is enough
WAIT = 300  # seconds for what takes 20 where nothing else runs


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = Path(tmp_path_factory.mktemp("s"), "s")
    with slurm(folder) as environment:
        # the view is of this checkout, wherever the installed one is
        paths = [str(ROOT / "workflow" / "scripts"), os.environ.get("PYTHONPATH", "")]
        yield {**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def asked(cluster, *command):
    done = subprocess.run(command, env=cluster, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def begun(project, cluster, *arguments):
    """Start Snakemake, and return it when it is there."""
    with (project.folder / "said").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *THROUGH_SLURM, *arguments],
            cwd=project.folder, env=cluster, stdout=said, stderr=said,
        )  # fmt: skip


def ended(project, process):
    """Wait for its end; return what it said."""
    code = process.wait(WAIT * 3)
    said = (project.folder / "said").read_text()
    assert code == 0, said
    return said


def until(true, what):
    end = time.monotonic() + WAIT
    while not (found := true()):
        assert time.monotonic() < end, f"waited {WAIT} s in vain for {what}"
        time.sleep(0.2)
    return found


def running_training(project, cluster):
    """Number and node of the job that trains, once it has a checkpoint to go on from."""
    until(lambda: list((project.folder / CHECKPOINTS).glob("*.checkpoint")), "a checkpoint")
    [line] = asked(cluster, "squeue", "--noheader", "--states=R", "--format=%i %N").splitlines()
    return line.split()


def comparable(run):
    """All of a run but its seconds, the weights' file (it has a date), and where it was made."""
    history = pd.read_csv(run / "history.csv").drop(columns="seconds")
    names = ("config.json", "metrics.json", "images.csv", "epochs.csv", "lattice.json")
    return history.to_csv(), {name: (run / name).read_bytes() for name in names}


# --- the same tables ---


def test_tables_are_those_of_a_rebuild_on_this_machine(rebuilt, cluster, mnist, tmp_path):
    project = copy_checkout(tmp_path / "project")
    copy_data(mnist, project)
    wanted = ("--slurm-keep-successful-logs", *TINY, *only_tables(rebuilt))
    ended(project, begun(project, cluster, *wanted))
    sent = {path.name for path in (project.folder / ".snakemake/slurm_logs").iterdir()}
    # the light rules ran here
    assert sent == {"rule_rehearse", "rule_store_formats", "group_run_evaluate_train"}
    expected = sorted((rebuilt.folder / TABLES).glob("*.csv"))
    assert expected
    for path in expected:
        found = project.folder / TABLES / path.name
        if path.name == "runs.csv":
            one, other = (pd.read_csv(p).drop(columns=list(TIMES)) for p in (path, found))
            pd.testing.assert_frame_equal(one, other, check_exact=True)
        else:
            assert found.read_bytes() == path.read_bytes(), path.name


# --- what happens to jobs ---


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, mnist):
    """A project whose data are prepared and rehearsed, and the run that is disturbed elsewhere."""
    project = copy_checkout(tmp_path_factory.mktemp("undisturbed") / "project")
    copy_data(mnist, project)
    (project.folder / "long.yaml").write_text(LONG)
    project.snakemake(*TARGET)
    return project


@pytest.fixture
def project(undisturbed, tmp_path):
    copied = Project(shutil.copytree(undisturbed.folder, tmp_path / "project", symlinks=True))
    shutil.rmtree(copied.folder / RUN)
    return copied


@pytest.fixture
def as_ever(project, undisturbed):
    """Look afterwards whether all went on from a checkpoint, and to the same bits."""
    yield
    assert "going on from the checkpoint of epoch" in (project.folder / LOG).read_text()
    assert comparable(project.folder / RUN) == comparable(undisturbed.folder / RUN)


def test_a_cancelled_job_is_sent_again(project, cluster, as_ever):
    process = begun(project, cluster, *TARGET)
    job, node = running_training(project, cluster)
    asked(cluster, "scancel", job)
    assert f"the cluster: JOB {job} ON {node} CANCELLED AT" in ended(project, process)


def held(project):
    """Let the training stand still: Slurm's shortest limit is a minute, in which it would end."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        about = process.info
        if about["cwd"] == str(project.folder) and any("train.py" in a for a in about["cmdline"]):
            process.suspend()


def test_a_job_over_its_time_limit_is_sent_again_with_more(project, cluster, as_ever):
    process = begun(project, cluster, *TARGET)
    job, node = running_training(project, cluster)
    held(project)
    limit = asked(cluster, "squeue", "--noheader", f"--jobs={job}", "--format=%l")
    asked(cluster, "scontrol", "update", f"jobid={job}", "timelimit=00:00:01")

    def another():
        listed = asked(cluster, "squeue", "--noheader", "--states=R", "--format=%i %l")
        return [line.split()[1] for line in listed.splitlines() if line.split()[0] != job]

    [second] = until(another, "another job")

    def minutes(text):
        hours, left = [0, *text.split(":")][-3:-1]
        return 60 * int(hours) + int(left)

    assert minutes(second) == 2 * minutes(limit)
    said = ended(project, process)
    assert re.search(rf"the cluster: JOB {job} ON {node} CANCELLED AT \S+ DUE TO TIME LIMIT", said)


def test_a_job_over_its_memory_is_sent_again_with_more(project, undisturbed, cluster):
    little = [f"{rule}:mem_mb={LITTLE}*attempt" for rule in ("train", "evaluate")]
    said = ended(project, begun(project, cluster, *TARGET, "--set-resources", *little))
    assert re.search(r"the cluster: StepId=\d+\.0 exceeded memory limit", said)
    assert "evaluate failed" not in said  # its turn never came
    assert comparable(project.folder / RUN) == comparable(undisturbed.folder / RUN)


def test_a_node_that_goes_down_leaves_its_job_to_another(project, cluster, as_ever):
    process = begun(project, cluster, *TARGET)
    job, node = running_training(project, cluster)
    asked(cluster, "scontrol", "update", f"nodename={node}", "state=down", "reason=test")
    try:
        [other] = set(NODES) - {node}
        at = ("squeue", "--noheader", "--states=R", f"--jobs={job}", "--format=%N")
        until(lambda: asked(cluster, *at) == other, "the job on the other node")
    finally:
        asked(cluster, "scontrol", "update", f"nodename={node}", "state=resume")
    ended(project, process)  # Snakemake noticed nothing


def test_a_killed_snakemake_is_given_again(project, cluster, as_ever):
    process = begun(project, cluster, *TARGET)
    job, _ = running_training(project, cluster)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert job in asked(cluster, "squeue", "--noheader", "--format=%i")  # it trains on
    said = ended(project, begun(project, cluster, *TARGET))
    assert "note: 1 job of an earlier Snakemake cancelled" in said
