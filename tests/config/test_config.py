import copy
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from denoising.config.load import load
from denoising.config.read import ConfigError, merge, read_config
from denoising.config.resolve import (
    data_slug,
    english,
    expanded,
    noise_slug,
    resolved_experiment,
)
from denoising.config.studies import enabled_experiments, unstudied


@pytest.fixture
def yaml_file(tmp_path):
    def write(content: bytes | str):
        path = tmp_path / "some.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_numbers_as_people_write_them(yaml_file):
    content = read_config(yaml_file("a: 1e-4\nb: 10\nc: on\nd: 0.5\n"))
    assert content == {"a": 0.0001, "b": 10, "c": "on", "d": 0.5}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "some.yaml: is empty"),
        ("# nothing\n", "some.yaml: is empty"),
        ("null\n", "some.yaml: is empty"),
        ("- a\n- b\n", "some.yaml: must hold keys at top level, holds a list"),
        ("just text\n", "some.yaml: must hold keys at top level, holds a str"),
        ("a: 1\nb: 2\na: 3\n", 'some.yaml:3:1: found duplicate key "a"'),
        ("a:\n  b: 1\n  b: 2\n", 'some.yaml:3:3: found duplicate key "b"'),
        ("a: [1, 2\nb: 3\n", "some.yaml:2:2:"),
        ("a: *nowhere\n", "some.yaml:1:4:"),
        ("a:\n\tc: d\n", "some.yaml:2:1:"),
        (b"a: 1\nname: caf\xe9\n", "some.yaml:2: is not UTF-8 text"),
        ("a: 1\n---\na: 2\n", "some.yaml:2:1: begins a second document"),
        ("a:\n\tb: 1\n", "some.yaml:2:1: found a tab; indent with spaces"),
        (b"a: \x00\n", "some.yaml: is no YAML"),
        ('a: "\\0"\n', r"some.yaml: a: holds a character that cannot be printed (\u0000)"),
        ('a: "\\ud800"\n', r"some.yaml: a: holds a character that cannot be printed (\ud800)"),
        ("a: x\u202ey\n", r"some.yaml: a: holds a character that cannot be printed (\u202e)"),
        ('"a\\nb": 1\n', r"some.yaml: the key 'a\nb' holds a character that cannot be printed"),
        ("1: a\n", "some.yaml: the key 1 is no text; put it in quotes"),
        ("a: 2024-01-01\n", "some.yaml: a: is neither text nor number (date)"),
        (
            "a: 2024-13-01\n",
            "some.yaml:1:4: '2024-13-01' cannot be read as the value that it looks like",
        ),
        ("a: [" + 400 * "9" + "]\n", "some.yaml: a[0]: is a whole number of more than 18 digits"),
        ("a: " + 5000 * "9" + "\n", "some.yaml:1:4: '99999"),
        ("a: " + 3000 * "[" + "\n", "some.yaml:1:45: is nested more than 40 levels deep"),
        ("a: " + 3000 * "{b: " + "\n", "is nested more than 40 levels deep"),
        ("a:\n " + 3000 * "- " + "b\n", "is nested more than 40 levels deep"),
        ("a: &a [*a]\n", "some.yaml:1:4: refers to itself"),
        ("a: &a\n  <<: *a\n", "some.yaml:1:4: refers to itself"),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        (b"#" + 300_000 * b"x", "some.yaml: is too large, must have at most 300000 bytes"),
    ],
)
def test_unreadable_files_are_said_in_one_line(yaml_file, content, says):
    with pytest.raises(ConfigError) as error:
        read_config(yaml_file(content))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


BOMBS = {
    "list": "a0: &a0 [x]\n"
    + "".join(f"a{n + 1}: &a{n + 1} [{','.join(10 * [f'*a{n}'])}]\n" for n in range(12)),
    "merge": "a0: &a0 {x: 1}\n"
    + "".join(f"a{n + 1}: &a{n + 1} {{<<: [{','.join(10 * [f'*a{n}'])}]}}\n" for n in range(12)),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_references_that_stand_for_a_million_million_values_are_not_followed(yaml_file, kind):
    with pytest.raises(ConfigError, match="stands for more than 100000 values"):
        read_config(yaml_file(BOMBS[kind]))


def test_a_byte_order_mark_and_a_right_to_left_mark_are_no_mistakes(yaml_file):
    assert read_config(yaml_file("\ufeffa: \u200fb\n")) == {"a": "\u200fb"}


def test_a_folder_and_a_device_are_no_configuration(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path)
    with pytest.raises(ConfigError, match="is no file"):
        read_config(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("9" * 400, "--config: seeds: is a whole number of more than 18 digits"),
        ("\udcff", r"--config: seeds: holds a character that cannot be printed (\udcff)"),
        ("[" * 3000, "--config: seeds: is '[[["),
    ],
)
def test_hostile_values_on_the_command_line(value, says):
    with pytest.raises(ConfigError) as error:
        load([ROOT / "config" / "config.yaml"], {"seeds": value})
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        read_config(tmp_path / "none.yaml")


def test_merge_lays_mappings_over_each_other():
    base = {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}
    assert merge(base, {"a": {"y": 5}, "b": [9]}) == {"a": {"x": 1, "y": 5}, "b": [9], "c": 3}
    assert base["a"] == {"x": 1, "y": 2}


def test_merge_of_another_name_inherits_no_arguments():
    adam = {"name": "adam", "learning_rate": 0.1, "beta_1": 0.5}
    assert merge(adam, {"learning_rate": 0.2}) == {**adam, "learning_rate": 0.2}
    assert merge(adam, {"name": "adam", "beta_1": 0.6}) == {**adam, "beta_1": 0.6}
    assert merge(adam, {"name": "sgd"}) == {"name": "sgd"}


def test_experiments_are_differences_from_the_defaults(config):
    baseline = resolved_experiment(config, "baseline")
    adagrad = resolved_experiment(config, "adagrad")
    assert baseline["optimizer"] == {"name": "adam", "learning_rate": 1e-4}
    assert adagrad["optimizer"] == {"name": "adagrad", "learning_rate": 0.01}
    differing = {key for key in baseline if baseline[key] != adagrad[key]}
    assert differing == {"experiment", "optimizer"}


def test_what_the_report_only_shows_is_not_part_of_a_run(config):
    assert not {"title", "reported"} & set(resolved_experiment(config, "baseline"))


def test_layer_defaults_are_merged_into_the_layers(config):
    decoder = resolved_experiment(config, "baseline")["architecture"]["decoder"]
    assert decoder[-1] == {
        "layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2,
        "padding": "valid", "activation": "relu", "use_bias": False,
        "kernel_initializer": "he_normal",
    }  # fmt: skip


def test_an_output_of_its_own_changes_the_last_layer_and_nothing_else(config):
    changed = copy.deepcopy(config)
    changed["experiments"]["sgd"]["output"] = {"activation": "sigmoid"}
    before, after = (resolved_experiment(c, "sgd") for c in (config, changed))
    assert after["architecture"]["decoder"][-1].pop("activation") == "sigmoid"
    assert before["architecture"]["decoder"][-1].pop("activation") == "relu"
    assert before == after
    other = resolved_experiment(changed, "baseline")["architecture"]["decoder"]
    assert other[-1]["activation"] == "relu"


def test_a_method_without_training_has_no_settings_of_one(config):
    changed = copy.deepcopy(config)
    changed["experiments"] = {
        "a": {"method": "median-filter", "noise": {"kind": "speckle"}},
        "b": {"method": {"name": "median-filter", "size": 5}, "noise": {"level": 1}},
        "sgd": config["experiments"]["sgd"],
    }
    changed["variants"] = {"black": {"of": ["sgd"], "method": "black"}}
    changed = expanded(changed)
    a = resolved_experiment(changed, "a")
    assert list(a) == ["experiment", "data", "noise", "method"]
    assert a["noise"] == {"kind": "speckle", "level": 0.5}
    assert a["method"] == {"name": "median-filter", "size": 3}
    b = resolved_experiment(changed, "b")
    assert b["method"] == {"name": "median-filter", "size": 5}
    assert b["noise"] == {"kind": "gaussian", "level": 1.0}
    assert list(resolved_experiment(changed, "sgd-black")) == [
        "experiment",
        "data",
        "noise",
        "method",
    ]
    assert resolved_experiment(changed, "sgd")["method"] == {"name": "autoencoder"}


def test_the_published_study_is_the_default_one_with_more_in_it(config):
    study = load([ROOT / "config" / "config.yaml", ROOT / "config" / "study.yaml"])
    assert study["results"] == config["results"]
    for name in config["experiments"]:
        assert resolved_experiment(study, name) == resolved_experiment(config, name)
    assert set(enabled_experiments(config)) < set(enabled_experiments(study))


def test_the_write_ups_procedure(config):
    run = resolved_experiment(config, "baseline")
    files = run["data"].pop("files")
    assert run["data"] == {"dataset": "mnist", "train": 10000, "test": 10000, "validation": "test"}
    assert files == {k: f["sha256"] for k, f in config["datasets"]["mnist"]["files"].items()}
    assert run["noise"] == {"kind": "gaussian", "level": 0.5}
    assert run["loss"] == {"name": "mean_squared_error"}
    assert run["training"] == {
        "epochs": 50, "batch_size": 10, "shuffle": True, "fresh_noise": False, "shift": 0,
        "early_stopping": None,
    }  # fmt: skip


def test_command_line_values_are_laid_over_everything(yaml_file):
    from conftest import ROOT

    paths = [ROOT / "config" / "config.yaml", ROOT / "config" / "quick.yaml"]
    # Snakemake hands over most values as texts
    overrides = {"seeds": ["3", 4], "preview": "false", "defaults": {"noise": {"level": "1e-1"}}}
    loaded = load(paths, overrides)
    assert loaded["seeds"] == [3, 4]
    assert loaded["preview"] is False
    assert loaded["defaults"]["noise"] == {"kind": "gaussian", "level": 0.1}
    assert loaded["results"] == "results/quick"
    assert loaded["defaults"]["training"]["batch_size"] == 10


def test_slugs():
    assert data_slug({"dataset": "mnist", "train": 5, "test": 7}) == "mnist-5-7"
    with_test = {"dataset": "mnist", "train": 5, "test": 7, "validation": "test"}
    assert data_slug(with_test) == "mnist-5-7"
    assert data_slug({**with_test, "validation": 9}) == "mnist-5-7-validation-9"
    assert data_slug({**with_test, "skip": 0}) == "mnist-5-7"
    assert data_slug({**with_test, "skip": 3}) == "mnist-5-7-skip-3"
    assert data_slug({**with_test, "skip": 3, "validation": 9}) == "mnist-5-7-validation-9-skip-3"
    assert noise_slug({"kind": "gaussian", "level": 1}) == "gaussian-1.0"
    assert noise_slug({"kind": "gaussian", "level": 0.5}) == "gaussian-0.5"
    assert (
        noise_slug({"kind": "salt-and-pepper", "amount": 0, "salt": 1e-9})
        == "salt-and-pepper-0.0-1e-09"
    )
    assert (
        noise_slug({"kind": "x", "shift": -1, "mode": "a/b-1", "on": True})
        == "x--1.0-mode=a%2Fb%2D1-on=True"
    )


def test_whole_numbers_become_floats_where_keras_insists(config):
    changed = {**config, "experiments": {"x": {"optimizer": {"learning_rate": 1, "amsgrad": True}}}}
    optimizer = resolved_experiment(changed, "x")["optimizer"]
    assert isinstance(optimizer["learning_rate"], float)
    assert optimizer == {"name": "adam", "learning_rate": 1.0, "amsgrad": True}


def resolved_with(config, **experiment):
    return resolved_experiment({**config, "experiments": {"x": experiment}}, "x")


def test_a_schedule_lasts_the_whole_training_unless_it_says_otherwise(config):
    rate = {"name": "cosine_decay", "initial_learning_rate": 1}
    training = {"epochs": 3, "batch_size": 32}
    found = resolved_with(config, optimizer={"learning_rate": rate}, training=training)
    # 10000 images in batches of 32 are 312 whole ones and one of 16
    expected = {"name": "cosine_decay", "initial_learning_rate": 1.0, "decay_steps": 3 * 313}
    assert found["optimizer"]["learning_rate"] == expected
    assert isinstance(found["optimizer"]["learning_rate"]["initial_learning_rate"], float)
    own = {**rate, "decay_steps": 7, "alpha": 0}
    found = resolved_with(config, optimizer={"learning_rate": own})["optimizer"]["learning_rate"]
    assert found == {**own, "initial_learning_rate": 1.0, "alpha": 0.0}
    assert isinstance(found["alpha"], float)
    other = {"name": "cosine_decay_restarts", "initial_learning_rate": 0.1, "first_decay_steps": 9}
    found = resolved_with(config, optimizer={"learning_rate": other})["optimizer"]
    assert found["learning_rate"] == other


def test_early_stopping_is_filled_in(config):
    data = {"validation": 100}
    found = resolved_with(config, data=data, training={"early_stopping": {"patience": 3}})
    rule = {"patience": 3, "min_delta": 0.0, "restore_best": True}
    assert found["training"]["early_stopping"] == rule
    assert found["data"]["validation"] == 100


def test_a_variant_is_its_experiment_with_a_change():
    config = load([ROOT / "config" / "config.yaml", ROOT / "config" / "study.yaml"])
    stated, changed = (
        resolved_experiment(config, name) for name in ("side-3", "side-3-default-rate")
    )
    assert changed["optimizer"] == {"name": "adam", "learning_rate": 1e-3}
    stated["optimizer"] = {**stated["optimizer"], "learning_rate": 1e-3}
    assert changed == {**stated, "experiment": "side-3-default-rate"}
    assert config["experiments"]["side-3-default-rate"]["title"] == {
        "en": "Code side 3 (Adam's default learning rate)",
        "zh": "编码边长 3（Adam 默认学习率）",
    }
    assert "reported" not in config["experiments"]["side-3-default-rate"]


def test_a_part_of_a_section_is_laid_over_the_default(config):
    assert resolved_experiment(config, "sgd")["optimizer"]["name"] == "sgd"
    slower = {**config["experiments"], "slower": {"optimizer": {"learning_rate": 1e-5}}}
    found = resolved_experiment({**config, "experiments": slower}, "slower")
    assert found["optimizer"] == {"name": "adam", "learning_rate": 1e-5}


def test_titles_in_one_and_in_two_languages_are_put_together():
    experiments = {"a": {"title": {"en": "A", "zh": "甲"}}, "b": {}}
    variants = {"x": {"of": ["a", "b"], "title": "X"}, "y": {"of": ["b"]}}
    found = expanded({"experiments": experiments, "variants": variants})["experiments"]
    assert found["a-x"]["title"] == {"en": "A (X)", "zh": "甲（X）"}
    assert found["b-x"]["title"] == "b (X)"
    assert found["b-y"]["title"] == "b (y)"
    assert english({"zh": "甲"}) == "甲"


@pytest.mark.parametrize("name", ["config", "quick", "study", "questions", "evidence"])
def test_snakemake_reads_what_we_read(name):
    """It reads configurations by itself, as YAML 1.1."""
    path = ROOT / "config" / f"{name}.yaml"
    assert yaml.safe_load(path.read_text(encoding="utf-8")).keys() == read_config(path).keys()


def test_the_evidence_is_sound_and_fresh_seeds_change_nothing_but_the_seed():
    whole = load(
        [ROOT / "config" / f"{n}.yaml" for n in ("config", "study", "questions", "evidence")]
    )
    assert unstudied(whole) == []
    fresh = [name for name in whole["experiments"] if name.startswith("confirm-")]
    seeds = {name: whole["experiments"][name]["seeds"] for name in fresh}
    assert len(seeds["confirm-baseline"]) == 64 and sum(map(len, seeds.values())) == 64 + 24
    assert min(min(own) for own in seeds.values()) > max(whole["seeds"])
    for name in fresh:
        old = resolved_experiment(whole, name.removeprefix("confirm-"))
        assert resolved_experiment(whole, name) == {**old, "experiment": name}
    members = [whole["experiments"][n] for n in whole["studies"]["sources"]["experiments"]]
    crossed = [{**one["fixed_seeds"], "skip": one["data"]["skip"]} for one in members]
    assert len({tuple(sorted(one.items())) for one in crossed}) == len(crossed) == 3 * 4 * 4 * 4


def test_the_questions_are_sound_and_no_experiment_of_theirs_is_idle():
    whole = load([ROOT / "config" / f"{name}.yaml" for name in ("config", "study", "questions")])
    assert unstudied(whole) == []
    chosen = [name for name in whole["experiments"] if name.startswith("tuned-")]
    assert len(chosen) == 6 * 24 * 2  # each could stand on the one rung
    # nothing is chosen on test images
    assert all(resolved_experiment(whole, name)["data"]["validation"] != "test" for name in chosen)
