import platform
import subprocess
from importlib.metadata import version

from denoising.training.provenance import PACKAGES, commit, cpu_name, environment


def test_environment_names_the_processor_and_the_installed_versions():
    found = environment()
    assert found["cpu"]
    assert found["packages"] == {name: version(name) for name in PACKAGES}


def test_processors_of_one_name_are_told_apart(tmp_path):
    def named(text: str) -> str:
        (tmp_path / "cpuinfo").write_text(text)
        return cpu_name(tmp_path / "cpuinfo")

    new = "cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nflags\t: fpu avx avx2 avx512f\n"
    old = new.replace(" avx512f", "").replace("26", "23")
    other = "\nprocessor\t: 1\nmodel name\t: another\n"
    assert named(new + other) == "AMD EPYC (family 26, model 2, AVX-512)"
    assert named(old + other) == "AMD EPYC (family 23, model 2, AVX2)"
    assert named("processor\t: 0\nFeatures\t: fp asimd\n") == platform.machine()


def test_commit_says_whether_files_differ(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    clean = commit(tmp_path)
    assert len(clean) >= 12
    (tmp_path / "noise.py").write_text("a file that git does not know decides, too")
    assert commit(tmp_path) == f"{clean}-dirty"
    (tmp_path / "noise.py").unlink()
    assert commit(tmp_path) == clean
    (tmp_path / "file").write_text("2")
    assert commit(tmp_path) == f"{clean}-dirty"


def test_the_commit_is_the_projects_wherever_it_is_run(tmp_path, monkeypatch):
    here = commit()
    monkeypatch.chdir(tmp_path)
    assert commit() == here
