import errno
import fcntl
import os
import shutil
import subprocess
import sys

import pytest

from denoising.errors import LabError
from denoising.training.ownership import held, lock, sole_owner

OWNER = """
import sys, time
from pathlib import Path
from denoising.errors import LabError
from denoising.training.ownership import sole_owner
try:
    with sole_owner(Path(sys.argv[1])) as owned:
        print("has it", flush=True)
        while owned():
            time.sleep(0.01)
        if len(sys.argv) > 2:  # holds on until told otherwise
            sys.stdin.readline()
        print("lets go", flush=True)
except LabError as error:
    print(error, flush=True)
"""


def owner(path, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, path, *arguments], text=True, stdin=-1, stdout=-1
    )


def test_alone(tmp_path):
    with sole_owner(tmp_path / "new" / "owner") as owned:
        assert owned()
    with sole_owner(tmp_path / "new" / "owner") as owned:
        assert owned()


def test_the_one_before_makes_way(tmp_path):
    path = tmp_path / "owner"
    before = owner(path)
    assert before.stdout.readline() == "has it\n"
    with sole_owner(path) as owned:
        assert owned()
        assert before.communicate(timeout=30)[0] == "lets go\n"


def test_a_killed_owner_keeps_nobody_waiting(tmp_path, capsys):
    path = tmp_path / "owner"
    before = owner(path)
    before.stdout.readline()
    before.kill()
    before.wait()
    with sole_owner(path) as owned:
        assert owned()
    assert "waiting" not in capsys.readouterr().out


def test_one_that_waited_while_the_folder_was_deleted_does_not_own_beside_another(tmp_path):
    """Its lock would be of a file that is not there any more."""
    path = tmp_path / "seed-0" / "owner"
    first = owner(path, "holds on")
    assert first.stdout.readline() == "has it\n"
    second = owner(path)
    assert second.stdout.readline().startswith("waiting")
    shutil.rmtree(path.parent)
    with sole_owner(path) as owned:  # a third one
        first.communicate("\n", timeout=30)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=1)  # it has the old file's lock by now, and waits for the new one's
        assert owned()
    assert "has taken this run over" in second.communicate(timeout=30)[0]


def test_one_that_is_not_wanted_any_more_says_so_at_once(tmp_path, monkeypatch):
    path = tmp_path / "owner"
    monkeypatch.setattr(
        "denoising.training.ownership.held",
        lambda *given: path.write_text("another") and held(path),
    )
    with pytest.raises(LabError, match="has taken this run over"), sole_owner(path):
        pass


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_keeps_nobody_from_training(tmp_path, monkeypatch, code):
    def flock(file, operation):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    with sole_owner(tmp_path / "owner") as owned:
        assert owned()
    with (tmp_path / "owner").open("r+") as file:
        assert lock(file) is None


def test_the_file_is_opened_as_nfs_wants_it(tmp_path):
    """NFSv4 refuses an exclusive lock of a file that is not opened for writing."""
    with held(tmp_path / "owner") as file:
        assert fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE in (os.O_WRONLY, os.O_RDWR)
