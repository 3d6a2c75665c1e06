"""The pipeline as a person uses it: what is planned, what reruns, what is said."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, TINY, Project, copy_checkout, copy_data, only_tables

from denoising.data.idx import clean_images
from denoising.rebuild.verify import TIMES

EIGHT = [
    "adagrad", "baseline", "binary-crossentropy", "mean-absolute-error", "sgd", "side-1", "side-3",
    "side-4",
]  # fmt: skip
LIBRARY = "workflow/scripts/denoising"
REPORT = ["render_report"]
TABLES = [
    "alternatives", "claims", "comparisons", "compression", "coverage", "digits", "epochs_met",
    "experiments", "extremes", "image_comparisons", "image_spread", "implied", "initial", "law", "law_corrections",
    "law_forms", "power", "rivals", "runs", "smallest_codes", "variance",
]  # fmt: skip
OVER_ALL = ["3.1", "3.2", "3.3", "3.4", "3.5", "4.1", "4.2", "4.3", "5.1"]  # drawn from tables


def runs(rule, *experiments, seed=0):
    return [f"{rule} experiment={experiment}, seed={seed}" for experiment in experiments]


def measured(*experiments):
    return runs("train", *experiments) + runs("evaluate", *experiments)


def figures(*numbers):
    return [f"draw_figure number={number}" for number in numbers]


def tables(*names):
    return [f"make_table table={name}" for name in names]


# --- planning ---


def test_full_rebuild_holds_the_write_up(project):
    numbers = [
        "1.1", "2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3", "2.3.1", "2.3.2", "2.3.3",
        "2.4.1", "2.4.2", "2.4.3", "2.4.4", *OVER_ALL,
    ]  # fmt: skip
    data = ["mnist-10000-10000", "mnist-10000-10000, noise=gaussian-0.5, seed=0"]
    assert project.planned() == sorted(  # the data set's files are there
        [
            *(f"{rule} slice={data[0]}" for rule in ("prepare_dataset", "store_formats")),
            f"add_noise slice={data[1]}",
            "rehearse",
            *measured(*EIGHT),  # two jobs a run
            *tables(*TABLES, "formats"),
            *figures(*numbers),
            *REPORT,
        ]
    )


def test_one_configuration_alone(project):
    planned = project.planned("results/runs/adagrad/seed-0/metrics.json")
    assert planned == sorted(
        runs("train", "adagrad") + runs("evaluate", "adagrad") + ["rehearse"]
        + ["prepare_dataset slice=mnist-10000-10000"]
        + ["add_noise slice=mnist-10000-10000, noise=gaussian-0.5, seed=0"]
    )  # fmt: skip


def test_any_seed_and_any_experiment_can_be_asked_for(project):
    planned = project.planned("results/runs/side-4b/seed-7/metrics.json")
    assert runs("train", "side-4b", seed=7)[0] in planned


def test_an_unknown_experiment_is_refused(project):
    done = project.snakemake("-n", "results/runs/adagrd/seed-0/metrics.json", check=False)
    assert done.returncode != 0
    assert "error: there is no experiment 'adagrd', did you mean 'adagrad'?" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_misspelt_target_is_told_its_neighbour(project):
    done = project.snakemake("reprot", "-n", check=False)
    assert done.returncode != 0
    assert "error: there is no target 'reprot', did you mean 'results/report.html'?" in done.stdout


def test_a_target_of_a_preset_without_its_configfile(project):
    done = project.snakemake("results/quick/report.html", "-n", check=False)
    assert done.returncode != 0
    assert "write `--configfile config/quick.yaml` behind it" in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"seeds: caf\xe9\n", "mine.yaml:1: is not UTF-8 text"),
        (b"seeds:\n\t- 1\n", "mine.yaml:2:1: found a tab; indent with spaces"),
        (b"seeds: &a [*a]\n", "mine.yaml:1:8: refers to itself"),
        (
            b"__use_yte__: true\nseeds: ?open('run', 'w').write('x') and [1]\n",
            "mine.yaml: __use_yte__: a preset is no template",
        ),
    ],
)
def test_a_preset_that_snakemake_must_not_read(project, content, says):
    (project.folder / "mine.yaml").write_bytes(content)
    done = project.snakemake("-n", "--configfile", "mine.yaml", check=False)
    assert done.returncode != 0
    assert f"error: the configuration cannot be read:\n{says}" in done.stdout
    assert "Traceback" not in done.stdout
    assert not (project.folder / "run").exists()


def test_a_mistake_in_the_claims_is_said_before_any_job(project):
    project.edit("config/claims.yaml", "experiments: [baseline]", "experiments: [basline]")
    done = project.snakemake("-n", check=False)
    assert done.returncode != 0
    assert (
        "config/claims.yaml: claims[0].experiments[0]: there is no experiment 'basline'"
        in done.stdout
    )


def test_one_line_switches_the_repairs_on(project):
    before = project.planned()
    project.edit("config/config.yaml", "enabled: false", "enabled: true")
    added = set(project.planned()) - set(before)
    assert added == {
        *measured("side-4b", "side-4c"),
        *figures("2.5.1", "2.5.2", "2.5.3"),
    }


def test_a_mistake_in_the_configuration_is_said_without_a_traceback(project):
    project.edit("config/config.yaml", "name: adagrad", "name: adagrd")
    project.edit("config/config.yaml", "epochs: 50", "epochs: fifty")
    done = project.snakemake("-n", check=False)
    assert done.returncode != 0
    assert "the configuration has 2 errors:" in done.stdout
    assert (
        "config/config.yaml: experiments.adagrad.optimizer.name: there is no Keras optimizer"
        in done.stdout
    )
    assert "config/config.yaml: defaults.training.epochs: is 'fifty'" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "config/config.yaml: is empty"),
        (b"results: caf\xe9\n", "config/config.yaml:1: is not UTF-8 text"),
        (b"results: results\nresults: results\n", "config/config.yaml:2:1: found duplicate key"),
        (b"results: null\n", "results: is empty (null), must be a text"),
    ],
)
def test_a_broken_configuration_file(project, content, says):
    (project.folder / "config" / "config.yaml").write_bytes(content)
    done = project.snakemake("-n", check=False)
    assert done.returncode != 0
    assert says in done.stdout
    assert "Traceback" not in done.stdout


def test_a_mistake_on_the_command_line(project):
    done = project.snakemake("-n", "--config", "seeds", check=False)
    assert "--config: 'seeds': must be key=value" in done.stdout
    assert "Traceback" not in done.stdout
    done = project.snakemake("-n", "--config", "seeds=[0,x]", check=False)
    assert "--config: seeds[1]: is 'x', must be a whole number" in done.stdout


def test_a_duplicate_key_in_an_overlay(project):
    (project.folder / "mine.yaml").write_text("seeds: [1]\nseeds: [2]\n")
    done = project.snakemake("-n", "--configfile", "mine.yaml", check=False)
    assert "mine.yaml:2:1: found duplicate key" in done.stdout


def test_a_missing_data_folder_is_said_in_the_terminal(project):
    shutil.rmtree(project.folder / "results")
    project.edit("config/config.yaml", "folder: null", "folder: no/such/folder")
    done = project.snakemake("results/data/mnist/source.json", check=False)
    assert done.returncode != 0
    assert "folder no/such/folder: is no folder" in done.stdout
    assert "mend datasets.mnist.folder" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_local_folder_serves_as_source(project, tmp_path, mnist):
    names = {
        "train-images": "train-images-idx3-ubyte", "train-labels": "train-labels-idx1-ubyte",
        "test-images": "t10k-images-idx3-ubyte", "test-labels": "t10k-labels-idx1-ubyte",
    }  # fmt: skip
    for key, name in names.items():
        shutil.copy(mnist / f"{key}.idx", tmp_path / name)
    shutil.rmtree(project.folder / "results")
    project.edit("config/config.yaml", "folder: null", f"folder: {tmp_path}")
    project.snakemake("results/data/mnist/source.json")
    record = json.loads((project.folder / "results/data/mnist/source.json").read_text())
    assert record["source"] == f"folder {tmp_path}"


# --- a real rebuild, and what reruns after it ---


@pytest.fixture
def built(rebuilt, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(rebuilt.folder, tmp_path / "built", symlinks=True)
    return Project(tmp_path / "built")


def test_again_there_is_nothing_to_do(rebuilt):
    assert "Nothing to be done" in rebuilt.snakemake(*TINY).stdout


def test_touching_files_reruns_nothing(built):
    files = [p for p in built.folder.rglob("*") if p.is_file() and ".snakemake" not in p.parts]
    # results before programs; the data last, since this copy has no record of fetching them
    for path in sorted(files, key=lambda p: ("data" in p.parts, p)):
        os.utime(path)
    assert built.planned(*TINY) == []


def test_a_fresh_clone_with_the_results_copied_in_reruns_nothing(rebuilt, tmp_path):
    clone = copy_checkout(tmp_path / "clone")
    for name in ("results", ".snakemake"):  # with new dates
        shutil.copytree(rebuilt.folder / name, clone.folder / name, copy_function=shutil.copyfile)
    assert clone.planned(*TINY) == []


def test_one_experiment_edited(built):
    built.edit(*ADAGRAD_EDITED)
    expected = [*measured("adagrad"), *figures("2.2.1", "2.2.3", *OVER_ALL), *tables(*TABLES)]
    assert built.planned(*TINY) == sorted([*expected, *REPORT, "rehearse"])


ADAGRAD_EDITED = (
    "config/config.yaml",
    "{name: adagrad, learning_rate: 0.01}",
    "{name: adagrad, learning_rate: 0.02}",
)


def test_drawing_edited(built):
    built.edit(f"{LIBRARY}/figures/style.py", "WIDTH = 9.0", "WIDTH = 9.5")
    drawn = figures("1.1", "2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3", *OVER_ALL)
    assert built.planned(*TINY) == sorted(drawn + REPORT)


def test_one_table_edited(built):
    built.edit(f"{LIBRARY}/evidence/law.py", "spread = 2 *", "spread = 3 *")
    law = tables("alternatives", "implied", "law", "law_corrections", "law_forms", "variance")
    assert built.planned(*TINY) == sorted([*law, *figures("3.1", "3.2"), *REPORT])


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("training/fit", "VALIDATION_BATCH = 100", "VALIDATION_BATCH = 50"),
        (
            "model/build",
            "keras.utils.set_random_seed(seed)",
            "keras.utils.set_random_seed(seed + 1)",
        ),
        ("seeds", "generate_state(1)", "generate_state(2)"),
        ("training/runtime", "THREADS = 1", "THREADS = 2"),
    ],
)
def test_what_decides_bits_edited(built, module, old, new):
    built.edit(f"{LIBRARY}/{module}.py", old, new)
    assert set(measured("adagrad", "baseline", "sgd")) <= set(built.planned(*TINY))


def test_what_measures_edited(built):
    built.edit(f"{LIBRARY}/measures/lattice.py", "ON_SHARE = 0.05", "ON_SHARE = 0.06")
    planned = built.planned(*TINY)
    assert set(runs("evaluate", "adagrad", "baseline", "sgd")) <= set(planned)
    assert not [job for job in planned if job.startswith("train ")]


def test_what_says_nothing_reruns_nothing(built):
    """A docstring, a comment, one more package in a list: none of it decides a bit or a number."""
    for module in (
        "training/fit",
        "model/build",
        "measures/metrics",
        "evidence/law",
        "figures/style",
    ):
        built.edit(f"{LIBRARY}/{module}.py", '"""', '"""Edited. ')
    built.edit(f"{LIBRARY}/seeds.py", "import numpy as np", "import numpy as np  # a comment")
    built.edit(f"{LIBRARY}/rebuild/imports.py", '"""', '"""Edited. ')
    built.edit(f"{LIBRARY}/config/keras_names.py", '"""', '"""Edited. ')
    assert built.planned(*TINY) == []


def test_one_more_name_in_a_list_retrains_nothing(built):
    built.edit(f"{LIBRARY}/training/provenance.py", '"jinja2"', '"jinja2", "scipy"')
    built.edit(f"{LIBRARY}/config/keras_names.py", '"Initializer"', '"Another", "Initializer"')
    assert not [job for job in built.planned(*TINY) if job.startswith("train ")]


def test_a_comment_in_the_configuration_reruns_nothing(built):
    built.edit("config/config.yaml", "seeds: [0] ", "seeds:   [0] # another comment")
    assert built.planned(*TINY) == []


def test_the_reports_texts_edited(built):
    built.edit("report/texts/en.yaml", "heading: Summary", "heading: In short")
    assert built.planned(*TINY) == REPORT


def test_a_title_edited_retrains_nothing(built):
    built.edit("config/config.yaml", "title: SGD", "title: Stochastic gradient descent")
    # of the figures over tables those that draw it (the others draw the write-up's, titles and all)
    assert built.planned(*TINY) == sorted(figures("2.2.2", "2.2.3", *OVER_ALL) + REPORT)


def test_another_source_of_the_same_files_reruns_nothing(built):
    built.edit("config/config.yaml", "folder: null", "folder: somewhere/else")
    assert built.planned(*TINY) == []


def test_an_experiment_and_a_study_added(built):
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  mine: {title: Mine, experiments: [baseline, huber]}\n"
        + "experiments:\n  huber: {loss: {name: huber, delta: 0.5}}\n"
    )
    certain = {"rehearse", *measured("huber"), *figures("2.3.1", "2.3.2")}
    planned = set(built.planned(*TINY))
    assert certain <= planned <= certain | {*figures(*OVER_ALL), *tables(*TABLES), *REPORT}


def test_a_seed_added(built):
    planned = built.planned(*TINY, "--config", "seeds=[0,1]")
    assert [j for j in planned if j.startswith("train ")] == runs(
        "train", "adagrad", "baseline", "sgd", seed=1
    )


def test_a_deleted_run_comes_back(built):
    shutil.rmtree(built.folder / "results/tiny/runs/sgd")
    assert set(runs("train", "sgd") + runs("evaluate", "sgd")) <= set(built.planned(*TINY))


def test_presets_share_the_data_and_nothing_else(built):
    planned = built.planned()
    assert not [j for j in planned if j.startswith("fetch_dataset")]
    assert [j for j in planned if j.startswith("train ")] == runs("train", *EIGHT)


# --- runs are known by their own files ---


def forget(project):
    """What is left where results were copied without Snakemake's records."""
    shutil.rmtree(project.folder / ".snakemake")


def trained(planned):
    return [job for job in planned if job.startswith("train ")]


def test_copied_results_are_not_trained_again(built):
    forget(built)
    assert not trained(built.planned(*TINY))


def test_a_run_of_another_configuration_is_trained_again_without_records(built):
    built.edit(*ADAGRAD_EDITED)
    forget(built)
    assert trained(built.planned(*TINY)) == runs("train", "adagrad")
    built.edit("config/config.yaml", "learning_rate: 0.02", "learning_rate: 0.01")
    assert not trained(built.planned(*TINY))  # as it was: taken back


def test_a_folder_that_holds_another_run_is_trained_again(built):
    folder = built.folder / "results/tiny/runs"
    shutil.rmtree(folder / "sgd")
    shutil.copytree(folder / "adagrad", folder / "sgd")
    forget(built)
    assert trained(built.planned(*TINY)) == runs("train", "sgd")


def test_tables_are_asked_for_by_name_where_nothing_is_there_yet(project):
    wanted = [f"results/tiny/tables/{name}.csv" for name in ("runs", "law", "claims")]
    planned = project.planned(*TINY, "--", *wanted)
    assert {"make_table table=runs", "make_table table=law"} <= set(planned)


def test_deleted_data_sets_and_a_new_experiment_retrain_no_finished_run(built):
    shutil.rmtree(built.folder / "results/tiny/datasets")
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  mine: {title: Mine, experiments: [baseline, huber]}\n"
        + "experiments:\n  huber: {loss: {name: huber, delta: 0.5}}\n"
    )
    assert trained(built.planned(*TINY)) == runs("train", "huber")


def test_a_light_run_keeps_what_is_shown_and_trains_nothing(built, rebuilt):
    tables_of = {
        path.name: path.read_bytes() for path in built.folder.glob("results/tiny/tables/*.csv")
    }
    (built.folder / "results/tiny/runs/sgd/seed-0/metrics.json").unlink()
    shutil.rmtree(built.folder / "results/tiny/tables")
    light = (*TINY, "--config", "keep=light")
    built.snakemake(*light, *only_tables(rebuilt))
    names = {path.name for path in (built.folder / "results/tiny/runs/sgd/seed-0").iterdir()}
    assert names == {
        "codes.csv", "config.json", "cost.json", "environment.json", "epochs.csv", "history.csv",
        "images.csv", "lattice.json", "layers.json", "metrics.json", "pictures.npz", "record.json",
    }  # fmt: skip
    assert not (built.folder / "results/tiny/logs/train/sgd/seed-0.log").exists()
    for path in built.folder.glob("results/tiny/tables/*.csv"):
        if path.name != "runs.csv":  # which holds seconds
            assert path.read_bytes() == tables_of[path.name], path.name
    assert (built.folder / "results/tiny/runs/adagrad/seed-0/model.keras").exists()  # as it was
    forget(built)
    assert not trained(built.planned(*light))
    assert not trained(built.planned(*TINY))


def lend(project):
    """One more experiment takes the model of `sgd`."""
    path = project.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  lent: {title: Lent, experiments: [borrower], panels: none, pairs: none}\n"
        + "experiments:\n  borrower: {method: {name: pretrained, experiment: sgd}}\n"
    )


def test_a_run_that_did_not_keep_its_model_is_trained_and_measured_again_to_lend_it(built):
    (built.folder / "results/tiny/runs/sgd/seed-0/model.keras").unlink()
    assert not trained(built.planned(*TINY))
    lend(built)
    planned = built.planned(*TINY)
    assert trained(planned) == runs("train", "sgd")
    assert set(runs("evaluate", "sgd", "borrower")) <= set(planned)


def test_who_lends_a_model_and_is_in_no_study_is_trained_once(built):
    """Whatever else is to be trained, and whatever Snakemake remembers."""
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  lent: {title: Lent, experiments: [borrower], panels: none, pairs: none}\n"
        + "experiments:\n"
        + "  outside: {title: Outside, loss: {name: huber, delta: 0.5}}\n"
        + "  borrower: {title: Borrower, method: &lent {name: pretrained, experiment: outside}}\n"
        + "  another: {title: Another, method: {<<: *lent, shifts: 1}}\n"
        + "  more: {title: More, loss: {name: log_cosh}}\n"
    )
    lent = [f"results/tiny/runs/{name}/seed-0/metrics.json" for name in ("borrower", "outside")]
    built.snakemake(*lent, *TINY)
    record = built.folder / "results/tiny/runs/outside/seed-0/record.json"
    record.write_text(re.sub(r'("evaluation": )"\w+"', r'\1"other"', record.read_text()))
    assert not {*runs("evaluate", "borrower")} & {*built.planned(*TINY)}  # by whom is no matter
    text = path.read_text()
    path.write_text(text.replace("[borrower]", "[borrower, another, more]"))
    assert trained(built.planned(*TINY)) == runs("train", "more")
    forget(built)
    assert trained(built.planned(*TINY)) == runs("train", "more")
    path.write_text(text.replace("delta: 0.5", "delta: 0.25"))  # another model
    assert trained(built.planned(*TINY)) == runs("train", "outside")


def test_who_lends_a_model_keeps_it_in_light_runs(built):
    lend(built)
    (built.folder / "results/tiny/runs/sgd/seed-0/metrics.json").unlink()
    shown = built.snakemake("-n", "-p", *TINY, "--config", "keep=light").stdout
    [measured_again] = [
        line for line in shown.splitlines() if "evaluate.py" in line and "sgd" in line
    ]
    assert "rm -f" not in measured_again


def test_the_best_of_a_sweep_go_on(built):
    """The plan knows them when all are finished; a longer training repeats no epoch."""
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "  top: {title: Top, experiments: [rate-rung-1], panels: none, pairs: none}\n"
        + "experiments:\n  trial: {title: T, data: {validation: 20}, output: {activation: sigmoid}}\n"
        + "sweeps:\n  rate:\n    of: trial\n"
        + "    over: {optimizer.learning_rate: [1.0e-5, 1.0e-2, 1.0e-6]}\n"
        + "    rungs: [{best: 1, training: {epochs: 4}}]\n"
    )
    planned = built.snakemake("-n", *TINY)
    below = sorted(re.findall(r"experiment=(rate-\w{6}), seed=0", "\n".join(built.planned(*TINY))))
    assert len(below) == 6  # each is trained and measured
    assert "note: rate-rung-1: the best are chosen when all" in planned.stdout
    assert not (built.folder / ".snakemake/waiting").exists()
    files = [f"results/tiny/runs/{name}/seed-0/metrics.json" for name in below[::2]]
    built.snakemake(*files, *TINY)
    measured = {
        name: json.loads((built.folder / file).read_text())
        for name, file in zip(below[::2], files, strict=True)
    }
    errors = {  # what ended black came to nothing
        name: one["held_out_error"] for name, one in measured.items() if one["status"] != "dead"
    }
    best = f"{min(errors, key=errors.get)}-rung-1"
    assert trained(built.planned(*TINY)) == runs("train", best)
    built.snakemake(f"results/tiny/runs/{best}/seed-0/metrics.json", *TINY)
    log = built.folder / f"results/tiny/logs/train/{best}/seed-0.log"
    assert "going on from the checkpoint of epoch 2" in log.read_text()
    assert not trained(built.planned(*TINY))


PUBLISHED = sorted((ROOT / "docs" / "runs").glob("*.tar.xz"))
STUDY = [f"config/{name}.yaml" for name in ("study", "questions", "evidence")]


@pytest.mark.parametrize("archive", PUBLISHED, ids=lambda path: path.stem.split(".")[0])
def test_published_runs_are_this_codes_own(project, archive):
    """Whoever changes what decides them has to make them again."""
    restore = [sys.executable, "workflow/scripts/restore_archive.py", archive]
    subprocess.run(restore, cwd=project.folder, check=True, capture_output=True)
    only = f"only_studies=[{archive.name.removesuffix('.tar.xz')}]"
    planned = project.planned("--configfile", *STUDY, "--config", only)
    assert "render_report" in planned
    assert not [job for job in planned if job.startswith(("train ", "evaluate "))]


def test_who_forces_a_training_gets_it(built):
    planned = built.planned(*TINY, "--forcerun", "train")
    assert trained(planned) == runs("train", "adagrad", "baseline", "sgd")


# --- in place, with --directory, as a module ---


def test_three_ways_of_running_give_the_same_tables(rebuilt, tmp_path, mnist):
    outside = tmp_path / "directory"
    module = tmp_path / "module"
    for folder in (outside, module):
        folder.mkdir()
        copy_data(mnist, Project(folder))
        shutil.copy(rebuilt.folder / "tests" / "tiny.yaml", folder / "tiny.yaml")
    snakefile = str(rebuilt.folder / "Snakefile")
    profile = ("--workflow-profile", "none", "--cores", "2")
    Project(tmp_path).snakemake(
        "--snakefile", snakefile, "--directory", str(outside),
        "--configfile", str(outside / "tiny.yaml"), *profile, *only_tables(rebuilt),
    )  # fmt: skip
    (module / "Snakefile").write_text(
        f'configfile: "tiny.yaml"\n\nmodule lab:\n    snakefile: "{snakefile}"\n    config: config\n\n'
        "use rule * from lab as lab_*\n\n"
        "rule all:\n    default_target: True\n    input: rules.lab_all.input\n"
    )
    Project(module).snakemake(*profile, *only_tables(rebuilt))
    expected = (rebuilt.folder / "results/tiny/tables").glob("*.csv")
    for path in expected:
        for folder in (outside, module):
            found = folder / "results" / "tiny" / "tables" / path.name
            if path.name == "runs.csv":  # which also holds seconds
                one, other = (pd.read_csv(p).drop(columns=list(TIMES)) for p in (path, found))
                pd.testing.assert_frame_equal(one, other)
            else:
                assert found.read_bytes() == path.read_bytes(), path.name


# --- the study survives ---


def test_an_archive_brings_everything_back(built, tmp_path):
    archive = "results/tiny/archive.tar.xz"
    built.snakemake(archive, *TINY, "--config", "only_finished=true")
    clone = copy_checkout(tmp_path / "clone")
    done = subprocess.run(
        [sys.executable, "workflow/scripts/restore_archive.py", *[str(built.folder / archive)] * 2,
         "--results", "results/tiny"],
        cwd=clone.folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "3 runs restored" in done.stdout
    assert done.stdout.count("is there already: left as it is") == 3  # from the second time
    planned = clone.planned(*TINY)
    assert not [
        job for job in planned if job.startswith(("train", "evaluate", "fetch", "add_noise"))
    ]
    clone.snakemake(*TINY)
    for part in ("tables", "figures"):
        for path in (built.folder / "results/tiny" / part).glob("[!.]*"):
            assert (
                clone.folder / "results/tiny" / part / path.name
            ).read_bytes() == path.read_bytes()
    for page in ("results/tiny/report.html", "results/tiny/report-details.html"):
        assert (clone.folder / page).read_bytes() == (built.folder / page).read_bytes()


# --- many runs ---


def test_no_command_grows_with_the_number_of_runs(project):
    experiments = {f"e{n}": {"optimizer": {"learning_rate": n * 1e-6}} for n in range(1, 61)}
    overlay = {
        "results": "results/many",
        "experiments": experiments,
        "seeds": list(range(10)),
        "studies": {
            **{name: {"enabled": False} for name in ("i", "ii", "iii", "iv")},
            "all": {"title": "All", "experiments": list(experiments), "panels": "none"},
        },
    }
    (project.folder / "many.json").write_text(json.dumps(overlay))
    said = project.snakemake("-n", "-p", "--configfile", "many.json").stdout
    commands = [line for line in said.splitlines() if "$LAB" in line]
    assert len(commands) > 2 * 600
    assert max(map(len, commands)) < 2000


# --- what the rebuild left ---


@pytest.fixture
def results(rebuilt):
    return rebuilt.folder / "results" / "tiny"


def test_every_run_left_its_files(results):
    for experiment in ("baseline", "adagrad", "sgd"):
        folder = results / "runs" / experiment / "seed-0"
        assert {path.name for path in folder.iterdir()} == {
            "config.json", "layers.json", "history.csv", "model.keras", "environment.json",
            "trajectory.npz", "metrics.json", "cost.json", "images.csv", "decoded.npz",
            "pictures.npz", "epochs.csv", "lattice.json", "codes.csv", "record.json",
            "training.json",
        }  # fmt: skip


def test_runs_are_paired(results, mnist):
    """Experiments of one seed see the same noise; it is not that of the training images."""
    slices = results / "datasets" / "mnist-100-50"
    assert [p.name for p in slices.glob("[!.]*") if p.is_dir()] == ["gaussian-0.5"]
    noisy = slices / "gaussian-0.5" / "seed-0"
    train, test = np.load(noisy / "train.npy"), np.load(noisy / "test.npy")
    assert (train.shape, test.shape) == ((100, 28, 28, 1), (50, 28, 28, 1))
    clean = np.load(slices / "test.npy")
    np.testing.assert_array_equal(clean, clean_images(mnist / "test-images.idx", 50, (28, 28, 1)))
    assert 0.3 < np.std(test - clean) < 0.5  # clipping takes some of the 0.5


def test_metrics_are_those_of_the_saved_model(results):
    """Recomputed from the model file as the write-up's appendix does it, image by image."""
    folder = results / "runs" / "adagrad" / "seed-0"
    model = keras.models.load_model(folder / "model.keras")
    clean = np.load(results / "datasets/mnist-100-50/test.npy")
    noisy = np.load(results / "datasets/mnist-100-50/gaussian-0.5/seed-0/test.npy")
    errors = []
    for i in range(10):
        result = model.predict(noisy[i : i + 1], batch_size=1, verbose=0)
        difference = np.linalg.norm(clean[i].reshape(28, 28) - result.reshape(28, 28))
        errors.append(difference / np.linalg.norm(clean[i].reshape(28, 28)))
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["relative_error_first10"] == pytest.approx(sum(errors) / 10, rel=1e-5)
    images = pd.read_csv(folder / "images.csv")
    assert list(images.columns) == ["image", "label", "relative_error"]
    assert images["label"][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_table_has_a_row_a_run(results):
    table = pd.read_csv(results / "tables" / "runs.csv")
    assert table["experiment"].tolist() == ["baseline", "adagrad", "sgd"]
    assert table["parameters"].tolist() == [84480] * 3
    assert table["code_elements"].tolist() == [800] * 3


def test_figures_are_there_under_their_numbers(results):
    second = ["2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3"]
    third = ["3.1", "3.2", "3.3", "3.4", "3.5"]
    numbers = ["1.1", *second, *third, "4.1", "4.2", "4.3", "5.1"]
    suffixes = ("svg", "png", "csv")
    expected = {f"{number}.{suffix}" for number in numbers for suffix in suffixes}
    assert {path.name for path in (results / "figures").glob("[!.]*")} == expected


class Page(html.parser.HTMLParser):
    """What a page shows and what it would load."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags, self.loads, self.ids, self.links, self.text = [], [], set(), set(), ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids.add(attributes.get("id"))
        if tag in {"img", "script", "link", "iframe"}:
            self.loads.append(attributes.get("src") or attributes.get("href") or "")
        elif tag == "a" and attributes["href"].startswith("#"):
            self.links.add(attributes["href"].removeprefix("#"))

    def handle_data(self, data):
        self.text += data


def test_report_is_one_file_with_every_figure_and_number(results):
    page = Page(results / "report-details.html")
    assert all(address.startswith("data:") for address in page.loads if address)
    assert page.links <= page.ids
    pictures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(pictures) == 16
    assert {attributes["aria-labelledby"] for attributes in pictures} <= page.ids
    table = pd.read_csv(results / "tables" / "runs.csv").set_index("experiment")
    for experiment, reported in (("baseline", 0.470292), ("adagrad", 0.547403), ("sgd", 0.490486)):
        ours = table.loc[experiment, "relative_error_first10"]
        assert f"{reported:.6f}" in page.text
        assert f"{ours:.6f}" in page.text
        assert f"{ours - reported:+.3f}".replace("-", "−") in page.text
    for number in ("1.1", "2.1.1", "2.2.3"):
        assert f"Figure {number}" in page.text
    assert "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" in page.text
    assert re.search(r"TF_ENABLE_ONEDNN_OPTS=1", page.text)
    assert "Preview" not in page.text


def test_snakemakes_own_report_shows_figures_and_tables(built):
    built.snakemake(*TINY, "--report", "view.html")
    view = (built.folder / "view.html").read_text()
    assert "A laboratory write-up on convolutional denoising autoencoders" in view
    for text in ("What decides a run", "Single images", "2.2.3", "claims.csv", "report.html"):
        assert text in view, text


def test_the_report_of_the_runs_that_are_finished(built):
    shutil.rmtree(built.folder / "results/tiny/runs/sgd")
    built.edit(*ADAGRAD_EDITED)
    forget(built)
    only = ("--config", "only_finished=true")
    assert not trained(built.planned(*TINY, *only))
    built.snakemake(*TINY, *only)
    page = Page(built.folder / "results" / "tiny" / "report-details.html")
    assert "when 1 of 3 runs were finished" in page.text
    assert "SGD" in page.text
    assert "its config.json is another configuration" in page.text
    assert pd.read_csv(built.folder / "results/tiny/tables/runs.csv")["experiment"].tolist() == [
        "baseline"
    ]
    shutil.rmtree(built.folder / "results/tiny/runs")
    done = built.snakemake(*TINY, *only, check=False)
    assert "no run in results/tiny/runs is finished" in done.stdout
    assert "Traceback" not in done.stdout


def test_one_language_alone(built):
    built.edit("config/config.yaml", "languages: [en, zh]", "languages: [zh]")
    built.snakemake(*TINY)
    page = Page(built.folder / "results" / "tiny" / "report-details.html")
    assert ("html", {"lang": "zh-Hans"}) in page.tags
    assert "去噪自编码器" in page.text
    assert "What was easy" not in page.text
    assert not [tag for tag, attributes in page.tags if attributes.get("name") == "language"]


def test_a_preview_says_so_and_concludes_nothing(built):
    built.snakemake(*TINY, "--config", "preview=true")
    page = Page(built.folder / "results" / "tiny" / "report-details.html")
    assert "no conclusions are drawn" in page.text
    assert "on the first ten test images, and of" not in page.text
    assert not [tag for tag, attributes in page.tags if attributes.get("class") == "statement"]


def test_a_study_of_ones_own_stands_in_the_report_as_the_others_do_and_is_escaped(built):
    title = "<script>alert(1)</script>"
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + f"  mine: {{title: {{en: '{title}', zh: 甲}}, experiments: [baseline, huber]}}\n"
        + f"experiments:\n  huber: {{title: '{title}', loss: {{name: huber, delta: 0.5}}}}\n"
    )
    built.snakemake(*TINY)
    page = Page(built.folder / "results" / "tiny" / "report-details.html")
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 2  # the page's own
    assert page.text.count(title) > 5
    assert {"study-mine", "table-study-mine", "table-comparisons-mine"} <= page.ids
    assert {"figure-2.3.1", "figure-2.3.2"} <= page.ids
    assert "study-mine" in page.links
    parts_that_need_a_script = {"section-explorer", "section-compare"}
    assert page.tags.count(("noscript", {})) == len(parts_that_need_a_script)


def test_diverged_and_dead_runs_are_shown_and_not_averaged(built):
    path = built.folder / "tests" / "tiny.yaml"
    path.write_text(
        path.read_text()
        + "experiments:\n"
        + "  adagrad: {architecture: linear, optimizer: {name: sgd, learning_rate: 1e30}}\n"
        + "  sgd: {optimizer: {name: sgd, learning_rate: 1000}}\n"
        + "architectures:\n  linear:\n"
        + "    encoder: [{layer: Conv2D, filters: 1, kernel_size: 3}]\n"
        + "    decoder: [{layer: Conv2DTranspose, filters: 1, kernel_size: 3}]\n"
    )
    built.snakemake(*TINY)
    table = pd.read_csv(built.folder / "results/tiny/tables/runs.csv").set_index("experiment")
    assert table.loc["adagrad", "status"] == "diverged"
    assert np.isnan(table.loc["adagrad", "relative_error_first10"])
    assert table.loc["sgd", "status"] == "dead"
    assert table.loc["sgd", "relative_error"] == 1
    assert table.loc["sgd", "dead_positions"] == 16
    assert np.isnan(table.loc["adagrad", "dead_positions"])
    page = Page(built.folder / "results" / "tiny" / "report-details.html")
    assert "Of Adagrad, 1 of 1 run diverged" in page.text
    assert "Of SGD, 1 of 1 run ended black (dead)" in page.text
