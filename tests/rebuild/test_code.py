import pytest

from denoising.rebuild.code import code_digest, program_digest

TEXT = '''"""What it is."""
import os

LIMIT = 0.5  # a share

class A:
    """A class."""

    def f(self, x):
        """Double."""
        return 2 * x
'''


@pytest.fixture
def digest(tmp_path):
    def of(text, name="a.py"):
        path = tmp_path / str(abs(hash(text))) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return code_digest([path])

    return of


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a share", "# another comment"),
        ('"""Double."""', '"""Twice\n\n        as much."""'),
        ('"""A class."""\n', ""),
        ('"""What it is."""\n', ""),
        ("return 2 * x", "return (2\n            * x)"),
        ("import os", "import os\n\n\n"),
    ],
)
def test_what_says_nothing_changes_nothing(digest, old, new):
    assert TEXT.replace(old, new) != TEXT
    assert digest(TEXT.replace(old, new)) == digest(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.5", "0.50001"),
        ("2 * x", "x * 2"),
        ("import os", "import sys"),
        ("self, x", "self, x=None"),
        ("LIMIT", "LIMITS"),
        ("    def f", "    @staticmethod\n    def f"),
        ("0.5", "'0.5'"),
    ],
)
def test_what_says_something_else_changes_it(digest, old, new):
    assert digest(TEXT.replace(old, new)) != digest(TEXT)


def test_a_files_name_counts_and_its_folder_does_not(digest, tmp_path):
    assert digest(TEXT, "b.py") != digest(TEXT, "a.py")
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere" / "a.py"
    copy.write_text(TEXT)
    assert code_digest([copy]) == digest(TEXT)


def test_a_program_is_all_that_it_imports(tmp_path):
    (tmp_path / "library").mkdir()
    for name in ("__init__", "used", "named", "below", "unused"):
        (tmp_path / "library" / f"{name}.py").write_text(f"NAME = '{name}'\n")
    (tmp_path / "library" / "named.py").write_text("from library.below import NAME\n")
    program = tmp_path / "program.py"
    program.write_text("from library import used\n")
    named = tmp_path / "library" / "named.py"

    def digests():
        code_digest.__globals__["_file_digest"].cache_clear()
        return program_digest(program), program_digest(program, named)

    before = digests()
    for name, changed in (
        ("unused", (False, False)), ("below", (False, True)), ("used", (True, True)),
    ):  # fmt: skip
        (tmp_path / "library" / f"{name}.py").write_text("NAME = 'another'\n")
        after = digests()
        assert tuple(a != b for a, b in zip(before, after, strict=True)) == changed
        before = after
