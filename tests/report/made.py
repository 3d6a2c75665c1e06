"""Results of a few runs that were never trained: what the page reads, made by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from conftest import ROOT
from matplotlib.figure import Figure

from denoising.config.read import read_yaml
from denoising.config.titles import drawn_titles
from denoising.evidence.claims import COLUMNS as CLAIMS
from denoising.evidence.compression import COLUMNS as COMPRESSION
from denoising.evidence.compression import SMALLEST_COLUMNS
from denoising.evidence.images import COMPARED_COLUMNS
from denoising.evidence.law import IMPLIED_COLUMNS, law_table
from denoising.evidence.replicates import comparisons_table, experiments_table
from denoising.evidence.runs import RUN_COLUMNS
from denoising.figures.style import save
from denoising.report.markdown import markdown
from denoising.report.page import built, render
from denoising.report.results import Results
from denoising.report.section import MAIN
from denoising.report.sections import sections
from denoising.report.texts import Texts

RELU = {"layer": "Conv2DTranspose", "filters": 1, "kernel_size": 2, "strides": 2,
        "activation": "relu", "use_bias": False}  # fmt: skip
ENCODER = [{"layer": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}]
TABLES = [
    "runs",
    "experiments",
    "comparisons",
    "law",
    "implied",
    "alternatives",
    "variance",
    "initial",
    "claims",
    "rivals",
    "epochs_met",
    "image_comparisons",
    "image_spread",
    "digits",
    "extremes",
    "compression",
    "smallest_codes",
    "formats",
]


def gaussian(level):
    return {"kind": "gaussian", "level": level}


def trained(dataset="mnist", noise=None, train=100, test=20, decoder=(RELU,), name="small", **more):
    """Settings of an autoencoder."""
    training = {"epochs": 2, "batch_size": 10, "shuffle": True, "fresh_noise": False, "shift": 0,
                "early_stopping": None, **more.pop("training", {})}  # fmt: skip
    return {
        "data": {"dataset": dataset, "train": train, "test": test, "validation": "test", **more},
        "noise": noise or gaussian(0.5),
        "method": {"name": "autoencoder"},
        "architecture": {
            "name": name, "input_shape": [8, 8, 1], "encoder": ENCODER, "decoder": list(decoder),
        },
        "optimizer": {"name": "adam", "learning_rate": 1e-4},
        "loss": {"name": "mean_squared_error"},
        "training": training,
    }  # fmt: skip


def method(name, dataset="mnist", noise=None, **parameters):
    """Settings of a method without a training."""
    return {
        "data": {"dataset": dataset, "train": 100, "test": 20, "validation": "test"},
        "noise": noise or gaussian(0.5),
        "method": {"name": name, **parameters},
    }


def measure(head, digits):
    return {"head": {"en": head, "zh": head}, "title": {"en": head, "zh": head}, "digits": digits,
            "better": "higher", "unit": "", "tables": ["runs", "experiments"]}  # fmt: skip


def plan(experiments, studies, **more):
    """A plan of experiments: name → title, reported, seeds, settings."""
    every = {
        name: {"title": name, "reported": None, "alternative_to": None, "seeds": [0], **one}
        for name, one in experiments.items()
    }
    figures = [
        {"number": f"2.{n}.1", "name": "study", "section": "studies", "study": name,
         "experiments": study["experiments"]}
        for n, (name, study) in enumerate(studies.items(), start=1)
    ]  # fmt: skip
    return {
        "languages": ["en", "zh"], "preview": False, "left_out": [], "variants": {},
        "claims": read_yaml(ROOT / "config" / "claims.yaml"),
        "noises": {"gaussian": {"title": {"en": "Gaussian noise", "zh": "高斯噪声"},
                                "description": {"en": "x + level · N(0, 1)", "zh": "x + level · N(0, 1)"}}},
        "methods": {"median-filter": {"title": {"en": "Median filter", "zh": "中值滤波"},
                                      "description": {"en": "the median", "zh": "中值"}}},
        "measures": {"psnr": measure("PSNR", 2), "sharpness": measure("Sharpness", 1)},
        "writeup": [name for name, one in every.items() if one["reported"] is not None],
        "experiments": every, "studies": studies, "figures": figures, "tables": TABLES,
        "expected": {name: len(one["seeds"]) for name, one in every.items()},
        "datasets": {
            name: {"shape": [8, 8, 1], "train": 60000, "test": 10000}
            for name in ("mnist", "fashion-mnist", "letters")
        },
        **more,
    }  # fmt: skip


def write(folder, about, errors=None):
    """Write what a rebuild of this plan would leave, with errors of our own."""
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    errors, rows = errors or {}, []
    for number, (name, one) in enumerate(about["experiments"].items()):
        for seed in one["seeds"]:
            error = errors.get(name, 0.3 + 0.05 * number) + 0.01 * seed
            rows.append(_run(folder, name, seed, one["settings"], error))
    runs = pd.DataFrame(rows).reindex(columns=[*RUN_COLUMNS, "sharpness"])
    tables = {
        "runs": runs,
        "experiments": pd.concat([
            experiments_table(runs),
            pd.DataFrame({"experiment": runs["experiment"], "measure": "sharpness", "median": 7.25}).drop_duplicates(),
        ]),
        "comparisons": comparisons_table(runs, {
            name: [(study["experiments"][0], other) for other in study["experiments"][1:]]
            for name, study in about["studies"].items()
        }),
        "law": law_table(runs.dropna(subset=["positions"]), about["writeup"]).reset_index(names="experiment"),
        "implied": pd.DataFrame(columns=IMPLIED_COLUMNS),
        "alternatives": pd.DataFrame(columns=["of", "experiment"]),
        "variance": pd.DataFrame(columns=["study", "measure", "runs", "between", "by_chance"]),
        "initial": pd.DataFrame(columns=["experiment", "runs"]),
        "claims": pd.DataFrame(columns=list(CLAIMS)),
        "rivals": pd.DataFrame(columns=["rival"]),
        "epochs_met": pd.DataFrame(columns=["experiment"]),
        "image_spread": pd.DataFrame([
            {"experiment": run["experiment"], "seed": run["seed"], "mean": 0.4, "sd": 0.1,
             "group_sd": 0.03, "group_low": 0.3, "group_high": 0.5, "first": 0.4, "rank": 0.5}
            for run in rows
        ]),
        "image_comparisons": pd.DataFrame([
            {"study": name, "a": study["experiments"][0], "b": other, "seeds": 1, "images": 20,
             "share": 0.75, "difference": -0.05, "low": -0.06, "high": -0.04, "p": 0.04,
             "p_holm": 0.04, "verdict": "lower"}
            for name, study in about["studies"].items() for other in study["experiments"][1:]
            if _tested_on(about, other) == _tested_on(about, study["experiments"][0])
        ], columns=COMPARED_COLUMNS),
        "compression": pd.DataFrame(columns=COMPRESSION),
        "smallest_codes": pd.DataFrame(columns=SMALLEST_COLUMNS),
        "formats": pd.DataFrame(columns=["format", "files"]),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False)
    titles = drawn_titles({name: one["title"] for name, one in about["experiments"].items()})
    for figure in about["figures"]:
        drawn = Figure()
        axes = drawn.subplots()
        for name in figure["experiments"]:
            axes.plot([0, 1], [1, 0.5], label=titles[name])
        axes.legend()
        base = folder / "figures" / figure["number"]
        save(drawn, [Path(f"{base}.svg"), Path(f"{base}.csv")])
    (folder / "plan.json").write_text(json.dumps(about))


def _tested_on(about, name):
    own = about["experiments"][name]["settings"]
    return own["data"]["dataset"], own["data"]["test"], own["noise"]


def _run(folder, name, seed, settings, error):
    run = folder / "runs" / name / f"seed-{seed}"
    run.mkdir(parents=True)
    count = settings["data"]["test"]
    level = settings["noise"].get("level", 0.1)
    clean = np.full((count, 8, 8, 1), 200, np.uint8)
    noisy = np.full_like(clean, int(200 * (1 - level / 2)))
    np.savez_compressed(
        run / "pictures.npz", index=np.arange(count), clean=clean, noisy=noisy, decoded=clean
    )
    pd.DataFrame({"image": range(count), "label": 7, "relative_error": error}).to_csv(
        run / "images.csv", index=False
    )
    metrics = {"images": count, "images_without_error": 0}
    (run / "metrics.json").write_text(json.dumps(metrics))
    (run / "environment.json").write_text(
        json.dumps({"cpu": "one", "cores": 2, "system": "Linux", "python": "3.11", "commit": "abc",
                    "threads": 1, "packages": {"keras": "3"}, "environment": {"A": "1"}})
    )  # fmt: skip
    row = {
        "experiment": name, "seed": seed, "status": "completed", "relative_error": error + 0.01,
        "relative_error_first10": error, "share_under_limit": 0.8, "psnr": 12.0, "ssim": 0.5,
        "edge_ratio": 0.9, "sharpness": 7.25,
    }  # fmt: skip
    if "architecture" not in settings:
        return row
    layers = [*settings["architecture"]["encoder"], *settings["architecture"]["decoder"]]
    built_layers = [
        {"name": "code" if n == 0 else f"layer_{n}", "layer": layer["layer"],
         "output_shape": "4×4×4", "parameters": 10}
        for n, layer in enumerate(layers)
    ]  # fmt: skip
    (run / "layers.json").write_text(json.dumps(built_layers))
    lattice = {"rows": 4, "columns": 4, "dead": 0}
    (run / "lattice.json").write_text(json.dumps(lattice))
    epochs = settings["training"]["epochs"]
    pd.DataFrame(
        {"epoch": range(1, epochs + 1), "loss": 0.1, "val_loss": 0.1, "seconds": 1.0}
    ).to_csv(run / "history.csv", index=False)
    return row | {
        "optimizer": settings["optimizer"]["name"], "loss": settings["loss"]["name"],
        "architecture": settings["architecture"]["name"], "code_shape": "4×4×4",
        "side_ratio": "4/8", "code_elements": 64, "input_elements": 64, "parameters": 20,
        "epochs": epochs, "val_loss": 0.1, "final_loss": 0.1, "positions": 16, "dead_positions": 0,
        "half_learned": 0, "dead_after_first_epoch": 0, "revived": 0, "died_later": 0,
        "live_error": error, "predicted_error": error, "train_seconds": 2.0, "trained_by": row["experiment"], "cost_seconds": 2.0,
    }  # fmt: skip


def page(folder, about, report=ROOT / "report"):
    """Render the pages of such results: `Results`, and the HTML of the details."""
    results, found, tables = _read(folder, about, report)
    return results, render(built(results, found), report, tables)


def main_page(folder, about, report=ROOT / "report"):
    """Render the page that is read: `Results`, and its HTML."""
    results, found, tables = _read(folder, about, report)
    return results, render(built(results, found, MAIN), report, tables)


def text_page(folder, about, report=ROOT / "report"):
    """Return the report as Markdown."""
    return markdown(_read(folder, about, report)[0], report)


def _read(folder, about, report):
    found = sections()
    words = {name: section.words for name, section in found.items()}
    texts = Texts(report / "texts", about["languages"], words, own=not about["writeup"])
    source = folder / "source.json"
    source.write_text(json.dumps({"dataset": "mnist", "source": "here", "sha256": {"a": "b"}}))
    documents = {
        "citation": ROOT / "CITATION.cff",
        "sources": [source],
    }
    results = Results(folder, about, texts, found, documents)
    return results, found.values(), about["tables"]
