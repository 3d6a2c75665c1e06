"""Configuration and data never run as code: what could make them is called nowhere."""

import ast
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

CODE = [
    *sorted((ROOT / "workflow" / "scripts").rglob("*.py")),
    *sorted((ROOT / "benchmarks").glob("*.py")),
]
MODULES = {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle", "yaml"}
FORBIDDEN = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pd.read_pickle",
    "keras.config.enable_unsafe_deserialization",
}  # fmt: skip
UNSAFE = {("allow_pickle", True), ("safe_mode", False), ("shell", True), ("typ", "unsafe")}
FROM_YAML = ("typ", "safe")


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def faults(source):
    """What a source does that could run data."""
    tree = ast.parse(source)
    found = [
        f"import {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if name and name.partition(".")[0] in MODULES
    ]
    for call in calls(tree):
        name = ast.unparse(call.func)
        given = {
            (keyword.arg, keyword.value.value)
            for keyword in call.keywords
            if isinstance(keyword.value, ast.Constant)
        }
        found += [name] if name in FORBIDDEN else []
        found += [f"{name}({key}={value})" for key, value in given & UNSAFE]
        if name == "YAML" and "load" in source and FROM_YAML not in given:
            found.append("YAML(): not safe")
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_runs_what_it_reads(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval(x)", "exec(x)", "import os; os.system(x)", "np.load(f, allow_pickle=True)",
        "keras.models.load_model(f, safe_mode=False)", "subprocess.run(x, shell=True)",
        "YAML().load(x)", "YAML(typ='unsafe').load(x)", "from pickle import loads", "import yaml",
    ],
)  # fmt: skip
def test_it_would_be_found(source):
    assert faults(source)


def test_numpy_refuses_pickles_unless_told(tmp_path):
    """What `np.load` without options does, on which all calls rely."""
    np.save(tmp_path / "x.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(tmp_path / "x.npy")


def test_keras_refuses_code_in_a_model(tmp_path):
    """What `load_model` without options does; in a process of its own, which imports Keras."""
    ran = tmp_path / "ran"
    program = f"""
import json, pathlib, sys, keras
layer = keras.layers.Lambda(lambda x: (open({str(ran)!r}, "w").close(), x)[1], output_shape=(1,))
model = keras.Sequential([keras.Input((1,)), layer])
model.save("x.keras")
pathlib.Path({str(ran)!r}).unlink(missing_ok=True)
try:
    keras.models.load_model("x.keras")
except ValueError as error:
    print("refused", "safe" in str(error))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.split()[-2:] == ["refused", "True"], done.stderr[-2000:]
    assert not ran.exists()


@pytest.mark.parametrize(
    "rules", sorted((ROOT / "workflow" / "rules").glob("*.smk")), ids=lambda p: p.name
)
def test_what_rules_put_into_a_shell_is_quoted(rules):
    """``{…:q}``; else a name that the schema or the code itself keeps to plain letters."""
    plain = {"log", "wildcards.seed", "params.train", "params.test", "params.validation",
             "params.skip", "params.shape", "params.digits", "params.compute", "params.draw", "params.weights",
             "params.made_from", "params.then", "input.data"}  # fmt: skip
    for text in re.findall(r"shell:\s*((?:'[^']*'|\"[^\"]*\"|\s)+)", rules.read_text()):
        inserted = re.findall(r"\{([\w.]+)(:q)?\}", text)
        assert not [name for name, quoted in inserted if not quoted and name not in plain]
