import copy
import json
import os
import threading

import pytest
from conftest import ROOT

from denoising.config.load import load
from denoising.config.plan import PlanFiles, plan
from denoising.config.read import read_yaml
from denoising.config.resolve import expanded, resolved_experiment
from denoising.config.studies import enabled_runs
from denoising.declared import FIGURES, TABLES
from denoising.report.sections import sections

CLAIMS = read_yaml(ROOT / "config" / "claims.yaml")


def planned(config, runs=None, claims=CLAIMS):
    return plan(config, enabled_runs(config) if runs is None else runs, claims, sections())


@pytest.fixture(scope="module")
def mine(config):
    """Two data sets, a filter, a variant, two studies that share an experiment, equal titles."""
    mnist = config["datasets"]["mnist"]
    letters = {**copy.deepcopy(mnist), "train": 500, "test": 400}
    experiments = {
        "a": {"title": "The same"},
        "b": {"title": {"en": "The same", "zh": "乙"}, "data": {"dataset": "letters", "train": 300, "test": 40}},
        "median": {"method": "median-filter", "seeds": [7], "noise": {"kind": "speckle"}},
        "unused": {},
    }  # fmt: skip
    return expanded(
        {
            **config,
            "experiments": experiments,
            "datasets": {"mnist": mnist, "letters": letters, "digits": mnist},
            "studies": {
                "one": {"experiments": ["a", "median", "b"], "error_limit": 0.5, "pairs": "first"},
                "two": {"experiments": ["a"], "error_limit": 0.4},
                "off": {"experiments": ["unused"], "enabled": False, "error_limit": 0.3},
            },
            "variants": {"loud": {"of": ["a"], "noise": {"level": 1}, "title": "loud"}},
            "seeds": [0, 1],
        }
    )


def test_experiments_and_runs(mine):
    found = planned(mine)
    assert list(found["experiments"]) == ["a", "median", "b", "a-loud"]
    assert found["runs"] == [
        ["a", 0], ["a", 1], ["median", 7], ["b", 0], ["b", 1], ["a-loud", 0], ["a-loud", 1],
    ]  # fmt: skip
    assert found["expected"] == {"a": 2, "median": 1, "b": 2, "a-loud": 2}
    median = found["experiments"]["median"]
    assert median["seeds"] == [7]
    assert set(median["settings"]) == {"experiment", "data", "noise", "method"}
    assert found["experiments"]["a"]["settings"] == resolved_experiment(mine, "a")
    assert found["writeup"] == {}
    assert set(found["reported"].values()) == {None}


def test_equal_titles_are_told_apart_everywhere(mine):
    found = planned(mine)
    assert found["experiments"]["a"]["title"] == "The same (a)"
    assert found["experiments"]["b"]["title"] == {"en": "The same (b)", "zh": "乙 (b)"}
    assert found["titles"] == {
        "a": "The same (a)", "median": "median", "b": "The same (b)", "a-loud": "The same (loud)",
    }  # fmt: skip


def test_two_limits_of_one_experiment_stand_beside_each_other(mine):
    assert planned(mine)["limits"] == {
        "one": {"experiments": ["a", "median", "b"], "error_limit": 0.5},
        "two": {"experiments": ["a"], "error_limit": 0.4},
    }


def test_what_is_tested_under_other_conditions_is_not_compared(mine):
    found = planned(mine)
    assert list(found["studies"]) == ["one", "two"]
    assert found["pairs"] == {"one": [], "two": []}  # another noise, another data set
    assert found["members"] == {"two": ["a"]}
    assert found["studies"]["one"]["experiments"] == ["a", "median", "b"]


def test_pairs_of_one_condition(config):
    """Training may differ; test images and noise may not."""
    experiments = {
        "a": {},
        "filter": {"method": "median-filter"},
        "few": {"data": {"train": 100}},
        "short": {"data": {"test": 100}},
        "loud": {"noise": {"level": 1}},
    }
    members = {"all": list(experiments), "alike": ["a", "filter", "few"]}
    studies = {name: {"experiments": own} for name, own in members.items()}
    found = planned({**config, "experiments": experiments, "studies": studies})
    alike = [("a", "filter"), ("a", "few"), ("filter", "few")]
    assert found["pairs"] == {"all": alike, "alike": alike}
    assert found["members"] == {"alike": ["a", "filter", "few"]}


def test_data(mine):
    found = planned(mine)
    assert found["datasets"] == {
        "letters": {"shape": [28, 28, 1], "train": 500, "test": 400},
        "mnist": {"shape": [28, 28, 1], "train": 60000, "test": 10000},
    }
    assert found["slices"] == {"mnist-10000-10000": "mnist", "letters-300-40": "letters"}


def test_what_is_used_is_explained(mine):
    found = planned(mine)
    assert set(found["noises"]) == {"gaussian", "speckle"}
    assert set(found["methods"]) == {"autoencoder", "median-filter"}
    assert found["measures"]["psnr"]["better"] == "higher"
    for part in ("noises", "methods"):
        for about in found[part].values():
            assert set(about["title"]) == {"en", "zh"}


def test_variants_and_twins(mine):
    assert planned(mine)["variants"] == {"loud": {"title": "loud", "pairs": {"a-loud": "a"}}}
    assert planned(mine)["twins"] == {}
    assert planned(mine, claims={"twins": "loud"})["twins"] == {"a": "a-loud"}


def test_the_published_study():
    study = load([ROOT / "config" / "config.yaml", ROOT / "config" / "study.yaml"])
    found = planned(study)
    assert found["twins"]["side-4"] == "side-4-repaired"
    assert len(found["twins"]) == len(found["writeup"]) == 8
    assert found["writeup"]["side-4"] == 0.348318
    assert found["reported"]["side-4b"] == 0.348318
    assert found["experiments"]["side-4b"]["alternative_to"] == "side-4"
    assert found["alternatives"] == {"side-4": ["side-4", "side-4b", "side-4c"]}
    assert found["limits"].keys() == {"iv", "repaired-iv"}
    assert found["slices"] == {"mnist-10000-10000": "mnist"}


def test_what_has_no_runs_is_drawn_in_its_studies_alone(mine):
    found = planned(mine, [("median", 7)])
    assert found["runs"] == [["median", 7]]
    assert found["expected"]["a"] == 2  # the page says what is missing
    outside = {name for f in found["figures"] if f["section"] != "studies" for name in f["experiments"] if f["name"] != "compression"}  # fmt: skip
    assert outside == {"median"}


@pytest.mark.parametrize("which", ["config", "mine"])
def test_every_declared_facet_is_there_and_all_is_json(which, request):
    found = planned(request.getfixturevalue(which))
    for declared in (*TABLES, *FIGURES):
        assert set(declared.facets) <= set(found), declared.name
    text = json.dumps(found, allow_nan=False)
    assert json.dumps(json.loads(text)) == text  # no key but texts


# --- files ---


def test_a_file_is_named_by_its_content(tmp_path):
    files = PlanFiles(tmp_path / "plan")
    paths = [files.put("a", content) for content in ({"x": 1}, {"x": 2}, {"x": "1"}, [], "é", None)]
    assert len(set(paths)) == len(paths)
    for path, content in zip(paths, ({"x": 1}, {"x": 2}, {"x": "1"}, [], "é", None), strict=True):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            assert json.load(file) == content
    assert files.put("a", {"x": 1}) == paths[0]
    assert files.put("b", {"x": 1}) != paths[0]
    assert len(list((tmp_path / "plan").iterdir())) == len(paths) + 1  # and nothing half-written


def test_what_stands_there_is_not_written_again(tmp_path):
    files = PlanFiles(tmp_path)
    path = files.put("figures/2.1.1", {"x": 1})
    assert path.startswith(str(tmp_path / "figures" / "2.1.1-"))
    assert path.endswith(".json")
    os.utime(path, (1, 1))
    assert files.put("figures/2.1.1", {"x": 1}) == path
    assert os.stat(path).st_mtime == 1  # noqa: PTH116


def test_facets_are_a_part_of_the_plan(tmp_path):
    files = PlanFiles(tmp_path)
    document = {"runs": [["a", 0]], "titles": {"a": "A"}, "pairs": {}}
    path = files.facets("tables/x", document, ("titles", "pairs"))
    with open(path) as file:  # noqa: PTH123
        assert json.load(file) == {"titles": {"a": "A"}, "pairs": {}}
    other = {**document, "runs": []}
    assert files.facets("tables/x", other, ("titles", "pairs")) == path
    assert files.facets("tables/x", {**document, "titles": {}}, ("titles", "pairs")) != path


def test_a_file_that_is_not_named_by_its_content_is_replaced_when_it_differs(tmp_path):
    files = PlanFiles(tmp_path / "plan")
    files.replace("plan", {"x": 1})
    path = tmp_path / "plan" / "plan.json"
    assert files.path("plan") == str(path)
    os.utime(path, (1, 1))
    files.replace("plan", {"x": 1})
    assert path.stat().st_mtime == 1
    files.replace("plan", {"x": 2})
    assert json.loads(path.read_text()) == {"x": 2}
    assert [one.name for one in path.parent.iterdir()] == ["plan.json"]


def test_readers_never_see_half_a_file(tmp_path):
    """One writes two long contents in turn; another reads what stands there."""
    files, contents = PlanFiles(tmp_path), [["a" * 500_000], ["b" * 700_000]]
    files.replace("plan", contents[0])
    path, stop = tmp_path / "plan.json", threading.Event()

    def write():
        while not stop.is_set():
            for content in contents:
                files.replace("plan", content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [json.loads(path.read_text()) for _ in range(60)]
    finally:
        stop.set()
        writer.join()
    assert all(one in contents for one in seen)


def test_a_sweep_of_several_keys_is_searched_unless_the_study_draws_just_these(config):
    level, rate = "noise.level", "optimizer.learning_rate"
    sweeps = {
        "two": {"of": "sgd", "over": {level: [0.1, 0.2], rate: [0.1]}},
        "one": {"of": "sgd", "over": {level: [0.3, 0.4]}},
    }

    def found(**study):
        studies = {"s": {"title": "S", "experiments": ["two", "one"], "pairs": "none", **study}}
        whole = expanded({**config, "sweeps": sweeps, "studies": studies})
        return plan(whole, enabled_runs(whole), {}, sections())["searches"]

    points = [{level: 0.1, rate: 0.1}, {level: 0.2, rate: 0.1}]
    assert list(found()["s"]) == ["two"]
    assert list(found()["s"]["two"].values()) == points
    assert list(found(against=level)) == ["s"]
    assert found(against=level, lines=rate) == {}
    assert found(experiments=["sgd"]) == {}


def test_sources_of_chance_are_seeds_and_which_images(config):
    skipped, weights = "data.skip", "fixed_seeds.weights"
    both = {"of": "sgd", "over": {skipped: [0, 10], weights: [1, 2]}}

    def found(sweep):
        studies = {"s": {"title": "S", "experiments": ["x"], "pairs": "none"}}
        whole = expanded({**config, "sweeps": {"x": sweep}, "studies": studies})
        return plan(whole, enabled_runs(whole), {}, sections())["sources"]

    levels = [(one["weights"], one["images"]) for one in found(both)["s"].values()]
    assert levels == [(1, 0), (2, 0), (1, 10), (2, 10)]
    assert found({**both, "over": {skipped: [0, 10]}}) == {}
