from pathlib import Path

import pytest
from conftest import ROOT

from denoising.rebuild.imports import imported_modules
from denoising.training.bits import DECIDES_BITS, PACKAGES

LIBRARY = Path(ROOT, "workflow", "scripts", "denoising")

# What training imports beside: it names, reads, stores, describes, or says what is wrong.
DECIDE_NOTHING = {
    "__init__.py", "data/__init__.py", "model/__init__.py", "rebuild/__init__.py",
    "training/__init__.py", "arguments.py", "errors.py", "files.py", "rebuild/finished.py",
    "training/bits.py", "training/checkpoints.py", "training/ownership.py",
    "training/provenance.py", "training/record.py", "training/state.py",
    "data/noise.py", "data/noises/__init__.py", "registry.py",  # find the noise's own file
    "losses/__init__.py", "methods/__init__.py", "rebuild/code.py", "rebuild/imports.py",  # tell whether code was edited
}  # fmt: skip


def test_all_that_training_imports_is_either_listed_or_decides_nothing():
    found = imported_modules(LIBRARY.parent / "train.py")
    files = {str(path.relative_to(LIBRARY)) for path in found if path.is_relative_to(LIBRARY)}
    assert files - DECIDE_NOTHING == set(DECIDES_BITS)
    assert not DECIDE_NOTHING & set(DECIDES_BITS)


@pytest.mark.parametrize("file", DECIDES_BITS)
def test_what_decides_bits_imports_nothing_else_but_a_tuple(file):
    """No edit of another file can reach a training through them."""
    found = imported_modules(LIBRARY / file, LIBRARY.parent)
    files = {str(path.relative_to(LIBRARY)) for path in found} | {file}
    packages = {name for name in files if name.endswith("__init__.py")}  # they hold no code
    assert files - packages - set(DECIDES_BITS) <= {"training/state.py"}


def test_the_packages_of_a_checkpoint():
    assert PACKAGES == ("tensorflow", "keras", "numpy")
