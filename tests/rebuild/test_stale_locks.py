import subprocess
import sys

from denoising.rebuild.stale_locks import clear_stale_locks

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


def test_a_dead_snakemakes_locks_go(tmp_path):
    leave_lock(tmp_path)
    clear_stale_locks(tmp_path)[0].close()
    assert not (tmp_path / "locks").exists()


def test_a_living_snakemakes_locks_stay(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], text=True, stdin=-1, stdout=-1
    )
    holder.stdout.readline()
    leave_lock(tmp_path)
    clear_stale_locks(tmp_path)[0].close()
    assert (tmp_path / "locks" / "0.output.lock").exists()
    holder.kill()
    holder.wait()
    clear_stale_locks(tmp_path)[0].close()
    assert not (tmp_path / "locks").exists()


def test_a_second_rebuild_is_told_that_one_is_at_work(project):
    state, wanted = project.folder / ".snakemake", "results/data/mnist/source.json"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, state], text=True, stdin=-1, stdout=-1, cwd=project.folder
    )
    holder.stdout.readline()
    (state / "locks").mkdir()
    (state / "locks" / "0.output.lock").write_text(f"{wanted}\n")
    done = project.snakemake("--force", wanted, check=False)
    holder.kill()
    holder.wait()
    assert done.returncode != 0
    assert "another rebuild is at work in this folder" in done.stdout
    assert "unlock" not in done.stdout  # it would end in two at work


def test_a_first_start(tmp_path):
    clear_stale_locks(tmp_path / ".snakemake")[0].close()
    assert (tmp_path / ".snakemake").is_dir()
