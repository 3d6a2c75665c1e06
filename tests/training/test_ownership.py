import subprocess
import sys

from denoising.training.ownership import sole_owner

OWNER = """
import sys, time
from pathlib import Path
from denoising.training.ownership import sole_owner
with sole_owner(Path(sys.argv[1])) as owned:
    print("has it", flush=True)
    while owned():
        time.sleep(0.01)
    print("lets go", flush=True)
"""


def test_alone(tmp_path):
    with sole_owner(tmp_path / "new" / "owner") as owned:
        assert owned()
    with sole_owner(tmp_path / "new" / "owner") as owned:
        assert owned()


def test_the_one_before_makes_way(tmp_path):
    path = tmp_path / "owner"
    before = subprocess.Popen([sys.executable, "-c", OWNER, path], text=True, stdout=-1)
    assert before.stdout.readline() == "has it\n"
    with sole_owner(path) as owned:
        assert owned()
        assert before.communicate(timeout=30)[0] == "lets go\n"


def test_a_killed_owner_keeps_nobody_waiting(tmp_path, capsys):
    path = tmp_path / "owner"
    before = subprocess.Popen([sys.executable, "-c", OWNER, path], text=True, stdout=-1)
    before.stdout.readline()
    before.kill()
    before.wait()
    with sole_owner(path) as owned:
        assert owned()
    assert "waiting" not in capsys.readouterr().out
