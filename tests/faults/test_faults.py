"""A sample of `campaign.py`: every program that needs no TensorFlow, a few changes of each."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "faults"))
import shim

PROGRAMS = (
    "fetch", "prepare", "add_noise", "evaluate median", "make_table", "write_archive", "restore"
)  # fmt: skip


@pytest.mark.skipif(shim.missing() is not None, reason=str(shim.missing()))
def test_no_change_of_a_file_can_fail_and_leave_what_passes_for_good():
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "faults" / "campaign.py", "--every", "100",
         "--targets", "results/faults/archive.tar.xz", "results/faults/tables/runs.csv",
         "--only", *PROGRAMS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    count = re.search(r"(\d+) faults .*, 0 wrong$", done.stdout, re.M)
    assert int(count[1]) > 8, done.stdout


@pytest.mark.skipif(shim.missing() is not None, reason=str(shim.missing()))
@pytest.mark.parametrize("kind", shim.KINDS)
def test_the_shim_fails_just_the_change_that_it_is_told(tmp_path, kind):
    """Three files are written: six changes (open and write); the fourth writes the second."""
    root, plan = tmp_path / "root", shim.Plan(tmp_path / "plan")
    root.mkdir()
    write = f"os.write(os.open({str(root)!r} + '/' + n, os.O_CREAT | os.O_WRONLY), b'ab')"
    code = f"import os\nfor n in '123': assert {write} == 2"
    environment = plan.environment(shim.build(tmp_path))
    plan.arm(root, 4, kind)
    status = subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode
    _, fired = plan.disarm()
    found = {path.name: path.read_text() for path in root.iterdir()}
    assert fired
    assert (status == -9) == (kind in ("kill", "torn"))
    assert status != 0
    assert found == {"1": "ab", "2": "a" if kind in ("no space", "torn") else ""}
    plan.arm(tmp_path / "elsewhere", 1, kind)
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
    assert plan.disarm() == (0, False)
