import subprocess
from importlib.metadata import version

from denoising.provenance import PACKAGES, commit, environment


def test_environment_names_the_processor_and_the_installed_versions():
    found = environment()
    assert found["cpu"]
    assert found["packages"] == {name: version(name) for name in PACKAGES}


def test_commit_says_whether_files_differ(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit() is None
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    clean = commit()
    assert len(clean) >= 12
    (tmp_path / "file").write_text("2")
    assert commit() == f"{clean}-dirty"
