from pathlib import Path

import pytest
from conftest import ROOT

from denoising.rebuild.imports import imported_modules
from denoising.training.bits import DECIDES_BITS, FRESH_NOISE, PACKAGES, deciding_files

LIBRARY = Path(ROOT, "workflow", "scripts", "denoising")

# What training imports beside: it names, stores, describes, or says what is wrong.
DECIDE_NOTHING = {
    "__init__.py", "data/__init__.py", "model/__init__.py", "training/__init__.py",
    "errors.py", "training/bits.py", "training/checkpoints.py", "training/ownership.py",
    "training/provenance.py", "training/record.py", "training/state.py",
}  # fmt: skip


def imported(program: Path) -> set[str]:
    """Files of the library, relative to it."""
    found = imported_modules(program)
    return {str(path.relative_to(LIBRARY)) for path in found if path.is_relative_to(LIBRARY)}


def test_all_that_training_imports_is_either_listed_or_decides_nothing():
    beside = {*DECIDE_NOTHING, *FRESH_NOISE}
    assert imported(LIBRARY.parent / "train.py") - beside == set(DECIDES_BITS)
    assert not beside & set(DECIDES_BITS)


@pytest.mark.parametrize("file", [*DECIDES_BITS, *FRESH_NOISE])
def test_what_decides_bits_is_there(file):
    assert (LIBRARY / file).is_file()


def test_noise_decides_bits_where_it_is_drawn_anew():
    run = {"training": {"fresh_noise": False}}
    assert deciding_files(run) == DECIDES_BITS
    run["training"]["fresh_noise"] = True
    assert set(deciding_files(run)) == {*DECIDES_BITS, *FRESH_NOISE}


def test_the_packages_of_a_checkpoint():
    assert PACKAGES == ("tensorflow", "keras", "numpy")
