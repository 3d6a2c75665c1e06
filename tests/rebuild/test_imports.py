from pathlib import Path

from conftest import ROOT

from denoising.rebuild.imports import imported_modules


def test_imports_are_followed_to_their_end(tmp_path):
    files = {
        "program.py": "import json\nfrom library.a import f\n\ndef g():\n    import other\n",
        "other.py": "",
        "unused.py": "",
        "library/__init__.py": "",
        "library/a.py": "from library import b\nimport library.a\n",
        "library/b.py": "import library.c as c\n",
        "library/c.py": "",
        "library/d.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {str(p.relative_to(tmp_path)) for p in imported_modules(tmp_path / "program.py")}
    assert found == {"other.py", *(f"library/{n}.py" for n in ("__init__", "a", "b", "c"))}


def names(program: str) -> set[str]:
    """Modules of the library, dotted, without its name."""
    library = Path(ROOT, "workflow", "scripts", "denoising")
    found = imported_modules(library.parent / program)
    return {".".join(path.relative_to(library).with_suffix("").parts) for path in found}


def rooms(program: str) -> set[str]:
    return {name.partition(".")[0] for name in names(program)}


def test_training_imports_no_drawing_and_no_configuration_reader():
    assert not rooms("train.py") & {"config", "evidence", "figures", "report"}
    assert {"training.fit", "model.build", "seeds", "training.runtime"} <= names("train.py")


def test_a_table_or_figure_imports_what_it_shows_and_no_training():
    for program in ("make_table.py", "draw_figure.py"):
        assert not rooms(program) & {"training", "model", "evidence", "config", "report"}
    assert "declare" in names("make_table.py")
