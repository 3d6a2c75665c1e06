import errno
import fcntl
import os
import subprocess
import sys

import pytest

from denoising.rebuild.stale_locks import Process, clear_stale_locks, myself

HOLDER = """
import sys
from pathlib import Path
from denoising.rebuild.stale_locks import clear_stale_locks
alive, _ = clear_stale_locks(Path(sys.argv[1]))
print("alive", flush=True)
sys.stdin.read()
"""


def leave_lock(state):
    (state / "locks").mkdir(parents=True, exist_ok=True)
    (state / "locks" / "0.output.lock").write_text("results/report.html\n")


def holder(state, cwd=None):
    """Another Snakemake that lives in this folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, state], text=True, stdin=-1, stdout=-1, cwd=cwd
    )
    assert process.stdout.readline() == "alive\n"
    return process


def end(process):
    process.kill()
    process.wait()


@pytest.fixture(params=["local", "NFSv4", "no locks"])
def file_system(request, monkeypatch):
    """As Linux answers on file systems that a test has not: NFSv4 looks at how a file was opened."""
    ours = fcntl.flock

    def flock(file, operation):
        opened = fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE
        refused = {fcntl.LOCK_EX: os.O_RDONLY, fcntl.LOCK_SH: os.O_WRONLY}
        if request.param == "no locks":
            raise OSError(errno.ENOLCK, "No locks available")
        if opened == refused.get(operation & ~fcntl.LOCK_NB):
            raise OSError(errno.EBADF, "Bad file descriptor")
        return ours(file, operation)

    if request.param != "local":
        monkeypatch.setattr(fcntl, "flock", flock)
    return request.param


def test_a_dead_snakemakes_locks_go(tmp_path, file_system):
    end(holder(tmp_path))
    leave_lock(tmp_path)
    _, others = clear_stale_locks(tmp_path)
    assert others == []
    assert not (tmp_path / "locks").exists()
    assert len(list((tmp_path / "living").iterdir())) == 1  # this one


def test_a_living_snakemakes_locks_stay(tmp_path, file_system):
    living = holder(tmp_path)
    leave_lock(tmp_path)
    _, others = clear_stale_locks(tmp_path)
    assert others == [myself()._replace(pid=living.pid)]
    assert (tmp_path / "locks" / "0.output.lock").exists()
    end(living)
    assert clear_stale_locks(tmp_path)[1] == []
    assert not (tmp_path / "locks").exists()


@pytest.mark.parametrize(
    ("me", "stays"),
    [
        (Process("node2", "boot-2", 7), True),  # where locks are local this one sees none
        (Process("node1", "boot-2", 7), False),  # this machine, started anew
        (Process("container", "boot-1", 7), False),  # the same kernel: its lock would be seen
    ],
)
def test_what_another_machine_left_is_believed_to_live(tmp_path, me, stays):
    clear_stale_locks(tmp_path, Process("node1", "boot-1", 6))[0].close()
    leave_lock(tmp_path)
    _, others = clear_stale_locks(tmp_path, me)
    assert others == ([Process("node1", "boot-1", 6)] if stays else [])
    assert (tmp_path / "locks").exists() == stays


def test_one_that_ends_well_leaves_nothing(tmp_path):
    living = holder(tmp_path)
    living.communicate("")
    assert list((tmp_path / "living").iterdir()) == []


def test_a_second_rebuild_is_told_that_one_is_at_work(project):
    state, wanted = project.folder / ".snakemake", "results/data/mnist/source.json"
    living = holder(state, project.folder)
    (state / "locks").mkdir()
    (state / "locks" / "0.output.lock").write_text(f"{wanted}\n")
    done = project.snakemake("--force", wanted, check=False)
    end(living)
    assert done.returncode != 0
    assert "another rebuild is at work in this folder" in done.stdout
    assert "unlock" not in done.stdout  # it would end in two at work


def test_a_rebuild_on_another_machine_is_named(project):
    state, wanted = project.folder / ".snakemake", "results/data/mnist/source.json"
    clear_stale_locks(state, Process("node1", "boot-1", 6))[0].close()
    leave_lock(state)
    (state / "locks" / "0.output.lock").write_text(f"{wanted}\n")
    done = project.snakemake("--force", wanted, check=False)
    assert done.returncode != 0
    assert "was begun on node1 (process 6)" in done.stdout
    assert "if it has ended, delete .snakemake/living/node1,*" in done.stdout


def test_a_first_start(tmp_path):
    clear_stale_locks(tmp_path / ".snakemake")[0].close()
    assert (tmp_path / ".snakemake").is_dir()
