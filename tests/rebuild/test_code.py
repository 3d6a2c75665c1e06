import shutil

import pytest
from conftest import ROOT

from denoising.declared import FIGURES, TABLES
from denoising.rebuild import code, imports
from denoising.rebuild.code import CARRY, CodeDigests, code_digest, program_digest
from denoising.rebuild.imports import imported_modules
from denoising.report.sections import sections
from denoising.training.bits import DECIDES_BITS

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


def forget():
    """Read files again: a rebuild reads each once."""
    for module in (code, imports):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()


def test_a_program_is_all_that_it_imports(tmp_path):
    (tmp_path / "library").mkdir()
    for name in ("__init__", "used", "named", "below", "unused"):
        (tmp_path / "library" / f"{name}.py").write_text(f"NAME = '{name}'\n")
    (tmp_path / "library" / "named.py").write_text("from library.below import NAME\n")
    program = tmp_path / "program.py"
    program.write_text("from library import used\n")
    named = tmp_path / "library" / "named.py"

    def digests():
        forget()
        return program_digest(program), program_digest(program, named)

    before = digests()
    for name, changed in (
        ("unused", (False, False)), ("below", (False, True)), ("used", (True, True)),
    ):  # fmt: skip
        (tmp_path / "library" / f"{name}.py").write_text("NAME = 'another'\n")
        after = digests()
        assert tuple(a != b for a, b in zip(before, after, strict=True)) == changed
        before = after


# --- the project's own ---

NOISE = '''"""Nothing at all."""

import numpy as np

from denoising.data.noises import noise


@noise("nothing", title={"en": "Nothing", "zh": "无"}, description={"en": "x", "zh": "x"})
def nothing(clean: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Change nothing."""
    return clean
'''
METHOD = '''"""Grey."""

from denoising.methods import method


@method("grey", title={"en": "Grey", "zh": "灰"}, description={"en": "grey", "zh": "灰"})
class Grey:
    parameters = 0

    def denoise(self, noisy):
        return 0 * noisy + 0.5
'''
LIBRARY = "denoising"
TRAINED = {
    "noise": {"kind": "gaussian"},
    "method": {"name": "autoencoder"},
    "loss": {"name": "mean_squared_error"},
    "training": {},
}
FRESH = {**TRAINED, "training": {"fresh_noise": True}}
OWN_LOSS = {**TRAINED, "loss": {"name": "ssim"}}
FILTER = {"noise": {"kind": "speckle"}, "method": {"name": "median-filter"}}
SETTINGS = {"trained": TRAINED, "fresh": FRESH, "own loss": OWN_LOSS, "filter": FILTER}


def all_digests(scripts):
    """Name → digest, of all that the rules compare."""
    code = CodeDigests(scripts)
    found = {}
    for name, settings in SETTINGS.items():
        found[f"training {name}"] = code.training(settings)
        found[f"evaluation {name}"] = code.evaluation(settings)
        found[f"noise {name}"] = code.noise(settings["noise"])
    for table in TABLES:
        found[f"table {table.name}"] = code.program("make_table.py", table.compute)
    for figure in FIGURES:
        found[f"figure {figure.name}"] = code.program("draw_figure.py", figure.draw)
    return found


@pytest.fixture(scope="module")
def ours():
    return all_digests(ROOT / "workflow" / "scripts")


@pytest.fixture
def changed(tmp_path, ours):
    """What has another digest in a copy in which files are new or edited."""

    def after(files, old, new):
        scripts = shutil.copytree(ROOT / "workflow" / "scripts", tmp_path / "scripts")
        for file in [files] if isinstance(files, str) else files:
            path = scripts / LIBRARY / file
            text = path.read_text() if path.exists() else ""
            assert old in text
            path.write_text(text.replace(old, new, 1) if old else text + new)
        now = all_digests(scripts)
        return {name for name in ours if now[name] != ours[name]}

    return after


def test_a_copy_has_the_same_digests(changed):
    assert changed("seeds.py", "", "# a comment\n") == set()


@pytest.mark.parametrize(
    ("file", "text"), [("data/noises/nothing.py", NOISE), ("methods/grey.py", METHOD)]
)
def test_a_new_noise_or_method_reruns_nothing(changed, file, text):
    assert changed(file, "", text) == set()


def test_a_docstring_of_the_training_reruns_nothing(changed):
    assert changed("training/fit.py", '"""', '"""In other words: ') == set()


@pytest.mark.parametrize("file", DECIDES_BITS)
def test_what_decides_bits_retrains(changed, file):
    found = {name for name in changed(file, "", "\nMORE = 1\n") if name.startswith("training")}
    assert found == {"training trained", "training fresh", "training own loss"}


def test_what_decides_no_bits_retrains_nothing(changed):
    """Each file of the library but a few: all of them edited at once."""
    library = ROOT / "workflow" / "scripts" / LIBRARY
    files = sorted(str(path.relative_to(library)) for path in library.rglob("*.py"))
    deciding = {*DECIDES_BITS, "data/noises/gaussian.py", "losses/ssim.py"}
    others = [file for file in files if file not in deciding]
    assert {"training/provenance.py", "config/keras_names.py", "methods/autoencoder.py"} < set(
        others
    )
    found = changed(others, "", "\nMORE = 1\n")
    assert not {name for name in found if name.startswith("training")}
    assert "evaluation trained" in found


def test_an_edited_noise_is_drawn_anew_and_retrains_only_where_it_is_fresh(changed):
    found = changed("data/noises/gaussian.py", "", "\nMORE = 1\n")
    assert found == {
        "noise trained", "noise fresh", "noise own loss", "evaluation trained", "evaluation fresh",
        "evaluation own loss", "training fresh",
    }  # fmt: skip


def test_an_edited_loss_retrains_its_own_runs(changed):
    found = changed("losses/ssim.py", "", "\nMORE = 1\n")
    assert {name for name in found if name.startswith("training")} == {"training own loss"}


def test_an_edited_method_measures_its_own_runs_again(changed):
    assert changed("methods/median_filter.py", "", "\nMORE = 1\n") == {"evaluation filter"}


@pytest.mark.parametrize("file", CARRY)
def test_an_edit_of_what_only_carries_numbers_measures_nothing_again(changed, file):
    assert not {name for name in changed(file, "", "\nMORE = 1\n") if name.startswith("eval")}


def test_all_else_that_measures_makes_or_finds_what_makes_a_number(changed):
    """By enumeration: whoever imports another file here decides on which side it stands."""
    scripts = ROOT / "workflow" / "scripts"
    files = imported_modules(scripts / "evaluate.py", scripts)
    library = {str(path.relative_to(scripts / "denoising")) for path in files}
    assert set(CARRY) < library
    assert {path for path in library - {*CARRY} if not path.endswith("__init__.py")} == {
        "arguments.py", "data/noise.py", "data/shift.py", "measures/codes.py", "measures/lattice.py",
        "measures/measure.py", "measures/metrics.py", "measures/pictures.py",
        "measures/portrait.py", "measures/status.py", "measures/summary.py", "methods/fitting.py",
        "model/build.py", "model/fast.py", "model/shapes.py", "seeds.py", "training/fit.py",
        "training/runtime.py",
    }  # fmt: skip


def test_an_edit_of_the_page_redraws_and_measures_nothing(changed):
    assert changed("report/sections/lattice.py", "", "\nMORE = 1\n") == set()


@pytest.mark.parametrize(
    "room", ["architecture", "compression", "experiments", "images", "lattice"]
)
def test_an_edit_of_one_module_of_figures_redraws_its_own(changed, room):
    own = {
        f"figure {figure.name}"
        for figure in FIGURES
        if figure.draw.startswith(f"denoising.figures.{room}:")
    }
    assert own
    assert changed(f"figures/{room}.py", "", "\nMORE = 1\n") == own


def test_an_edit_of_one_table_makes_that_one_anew(changed):
    found = changed("evidence/claims.py", "", "\nMORE = 1\n")
    assert found == {"table claims"}


def test_what_all_figures_share_redraws_all(changed):
    found = changed("figures/style.py", "", "\nMORE = 1\n")
    assert found == {f"figure {figure.name}" for figure in FIGURES}


def test_a_method_without_training_has_no_code_of_one(ours):
    assert ours["training filter"] == "none"
    assert ours["training trained"] != ours["training fresh"]


def test_the_page_is_code_sections_and_everything_in_its_folder(tmp_path):
    scripts = shutil.copytree(ROOT / "workflow" / "scripts", tmp_path / "scripts")
    report = shutil.copytree(ROOT / "report", tmp_path / "report")
    before = CodeDigests(ROOT / "workflow" / "scripts").page(ROOT / "report", sections())
    assert CodeDigests(scripts).page(report, sections()) == before
    found = {before}
    for folder, file in (
        (scripts, "denoising/report/sections/lattice.py"),
        (scripts, "denoising/report/page.py"),
        (scripts, "denoising/report/sentences/lattice.py"),
        (report, "style.css"),
        (report, "new.txt"),
    ):
        with (folder / file).open("a") as opened:
            opened.write("\nMORE = 1\n")
        forget()
        found.add(CodeDigests(scripts).page(report, sections()))
    assert len(found) == 6
