"""What the programs that work on one run have in common."""

import json
import random
import sys

import numpy as np
import pytest

from denoising.arguments import parsed, run_parser


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Parse a command line with this seed."""
    (tmp_path / "settings.json").write_text(json.dumps({"experiment": "x"}))

    def parse(seed):
        options = ["--settings", str(tmp_path / "settings.json"), "--seed", str(seed), "--code", "c",
                   "--clean", "clean", "--noisy", "noisy", "--results", "results"]  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["program", *options])
        return parsed(run_parser(None))

    return parse


def test_a_run_is_told_where_it_lies(told):
    found = told(3)
    assert found.run == {"experiment": "x", "seed": 3}
    assert str(found.folder) == "results/runs/x/seed-3"
    assert str(found.checkpoints) == "results/checkpoints/x/seed-3"
    assert str(found.noisy) == "noisy/seed-3"


def test_what_somebodys_own_method_draws_is_the_seeds(told):
    """From Python's and NumPy's common generators, which nothing of ours uses."""
    drawn = []
    for seed in (3, 3, 4, 2**40):
        told(seed)
        drawn.append((random.random(), np.random.random()))  # noqa: NPY002
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3
