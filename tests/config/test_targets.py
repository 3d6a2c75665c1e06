import shutil

import pytest
from conftest import ROOT

from denoising.config.targets import missing, plainer, unknown_experiment

WANTED = [
    "train",
    "draw_figure",
    "results/report.html",
    "results/tables/runs.csv",
    "results/runs/sgd/seed-0/metrics.json",
]


@pytest.fixture
def base(tmp_path):
    """The configuration and its presets, and one that is broken."""
    for name in ("config", "quick", "study"):
        shutil.copy(ROOT / "config" / f"{name}.yaml", tmp_path)
    (tmp_path / "broken.yaml").write_text("a: [")
    return tmp_path / "config.yaml"


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("reprot", "results/report.html"),
        ("trian", "train"),
        ("results/tables/rnus.csv", "results/tables/runs.csv"),
        ("results/runs/sgd/seed-x/metrics.json", "results/runs/sgd/seed-0/metrics.json"),
        ("results/runs/sgd/metrics.json", "results/runs/sgd/seed-0/metrics.json"),
    ],
)
def test_a_misspelt_target_is_told_its_neighbour(base, target, near):
    assert (
        missing(target, WANTED, "results", base)
        == f"there is no target '{target}', did you mean '{near}'?"
    )


def test_a_target_like_none(base):
    assert missing("qqqq", WANTED, "results", base).startswith("there is no target 'qqqq'; ")


def test_a_target_of_a_preset_needs_its_configfile(base):
    quick = base.with_name("quick.yaml")
    said = missing("results/quick/report.html", WANTED, "results", base)
    assert (
        said
        == f"results/quick/report.html is one of {quick}: write `--configfile {quick}` behind it"
    )
    assert "did you mean" in missing(
        "results/quick/reprot.html", ["results/quick/report.html"], "results/quick", base
    )


def test_an_experiment_of_a_preset_needs_its_configfile(base):
    study = base.with_name("study.yaml")
    assert f"is one of {study}" in unknown_experiment("sgd-repaired", ["sgd"], base)
    assert (
        unknown_experiment("sdg", ["sgd"], base)
        == "there is no experiment 'sdg', did you mean 'sgd'? allowed: sgd"
    )


def test_what_snakemake_says_becomes_one_line(base):
    says = "MissingRuleException:\nNo rule to produce trian (if you use input functions make sure that they don't raise)."
    assert (
        plainer(says, WANTED, "results", base)
        == "error: there is no target 'trian', did you mean 'train'?"
    )
    says = "InputFunctionException in rule a in file b, line 4:\nError:\n  WorkflowError:\n    no such thing\nWildcards:\n  x=y"
    assert plainer(says, WANTED, "results", base) == "error: no such thing"
    assert plainer("anything else", WANTED, "results", base) == "anything else"
