"""What is added by one file is found by itself: in the checks, in the docs, in its folder's name."""

import json
import subprocess
import sys
from typing import Annotated

import pytest
from conftest import copy_checkout

from denoising.registry import Entry, Registry, about


def entry(name="a-thing", function=lambda noisy: noisy):
    return Entry(name, function, {}, {}, given=1)


def test_a_signature_says_what_settings_there_are():
    def thing(
        noisy,
        size: Annotated[int, about("Side.", minimum=1)],
        sigma: float = 2.0,
        mode: Annotated[str, about("Border.", enum=["mirror", "wrap"])] = "wrap",
        fast: bool = False,
    ): ...

    made = entry(function=thing)
    assert made.rules["properties"] == {
        "size": {"type": "integer", "description": "Side.", "minimum": 1},
        "sigma": {"type": "number", "default": 2.0},
        "mode": {
            "type": "string",
            "description": "Border.",
            "enum": ["mirror", "wrap"],
            "default": "wrap",
        },
        "fast": {"type": "boolean", "default": False},
    }
    assert made.rules["required"] == ["size"]
    stated = made.arguments({"sigma": 1, "size": 5, "name": "a-thing"})
    assert list(stated.items()) == [("size", 5), ("sigma", 1.0), ("mode", "wrap"), ("fast", False)]
    assert isinstance(stated["sigma"], float)


@pytest.mark.parametrize("name", ["A", "a_b", "a-1", "1a", "", "a-", "a b", "a/b"])
def test_names_that_a_folder_could_misread_are_refused(name):
    with pytest.raises(ValueError, match="is no name"):
        Registry("denoising", "name").add(entry(name))


def test_a_name_is_given_once():
    registry = Registry("denoising", "name")
    registry.add(entry())
    with pytest.raises(ValueError, match="twice"):
        registry.add(entry())


NOISE = """
from typing import Annotated

from denoising.data.noises import noise
from denoising.registry import about


@noise("dimming", title={"en": "dimming", "zh": "变暗"}, formula={"en": "factor · x", "zh": "factor · x"})
def dimming(clean, generator, factor: Annotated[float, about("What is left.", maximum=1)] = 0.25):
    return clean * clean.dtype.type(factor)
"""

METHOD = """
from denoising.methods import method


@method("brightening", title={"en": "Brightening", "zh": "变亮"}, description={"en": "more of it", "zh": "更亮"})
def brightening(noisy, factor: float = 4.0):
    return noisy * noisy.dtype.type(factor)
"""

PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
from denoising import methods
from denoising.config.check import check
from denoising.config.load import load
from denoising.config.resolve import noise_slug, resolved_experiment
from denoising.config.schema_docs import tables
from denoising.data.noise import add_noise

config = load([Path("config/config.yaml")])
good = {"noise": {"kind": "dimming"}, "method": "brightening"}
bad = {"noise": {"kind": "dimming", "factor": 2}, "method": {"name": "brightening", "faktor": 2}}
config["experiments"] = {"good": good, "bad": bad, "baseline": {}}
config["studies"] = {"x": {"title": "X", "experiments": ["good", "baseline"]}}
config["variants"] = {}
run = resolved_experiment(config, "good")
clean = np.ones((2, 3, 3, 1), np.float32)
noisy = add_noise(clean, run["noise"], np.random.default_rng(0))
print(json.dumps({
    "run": run,
    "lines": check(config),
    "slug": noise_slug(run["noise"]),
    "documented": ["| `dimming: factor` | a number ≤ 1 | `0.25` | What is left. |" in tables(),
                   "| `brightening` |  |  | more of it |" in tables()],
    "noisy": float(noisy.max()),
    "clean": float(methods.build(run["method"]).denoise(noisy).max()),
}))
"""


def test_a_noise_and_a_method_are_one_file_each(tmp_path):
    copy = copy_checkout(tmp_path / "project").folder
    library = copy / "workflow" / "scripts" / "denoising"
    (library / "data" / "noises" / "dimming.py").write_text(NOISE)
    (library / "methods" / "brightening.py").write_text(METHOD)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=copy, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(copy / "workflow" / "scripts")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["run"]["noise"] == {"kind": "dimming", "factor": 0.25}
    assert found["run"]["method"] == {"name": "brightening", "factor": 4.0}
    assert "optimizer" not in found["run"]
    assert found["slug"] == "dimming-0.25"
    assert found["documented"] == [True, True]
    assert (found["noisy"], found["clean"]) == (0.25, 1.0)
    assert found["lines"] == [
        "experiments.bad.noise.factor: is 2, must be at most 1",
        "experiments.bad.method.faktor: unknown key, did you mean 'factor'? allowed: factor, affine",
    ]


def test_looking_up_what_there_is_imports_nothing_heavy():
    program = (
        "import sys; from denoising import methods; from denoising.data.noises import NOISES\n"
        "methods.names(), NOISES.names()\n"
        "print({'scipy', 'pandas', 'tensorflow', 'keras', 'skimage'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
