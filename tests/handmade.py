"""Folders of runs as a rebuild leaves them, made by hand: what tables and figures read."""

import json

import numpy as np
import pandas as pd
from conftest import ROOT

from denoising.config.read import read_yaml
from denoising.declare import Inputs, function
from denoising.declared import TABLES

COUNT = 30  # test images
UP = {
    "layer": "Conv2DTranspose",
    "filters": 1,
    "kernel_size": 2,
    "strides": 2,
    "activation": "relu",
}
ARCHITECTURE = {
    "name": "small", "input_shape": [8, 8, 1],
    "encoder": [{"layer": "Conv2D", "filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}],
    "decoder": [UP],
}  # fmt: skip
SKIP = {
    **ARCHITECTURE,
    "name": "skip",
    "decoder": [UP, {"layer": "Add", "inputs": ["image", "decoder_1"]}],
}
LAYERS = [
    {"name": "code", "layer": "Conv2D", "output_shape": "4×4×2", "parameters": 20, "inputs": ["image"]},
    {"name": "decoder_1", "layer": "Conv2DTranspose", "output_shape": "8×8×1", "parameters": 9,
     "inputs": ["code"]},
]  # fmt: skip
SUM = {"name": "decoder_2", "layer": "Add", "output_shape": "8×8×1", "parameters": 0,
       "inputs": ["image", "decoder_1"]}  # fmt: skip


def settings(method="autoencoder", architecture=ARCHITECTURE, dataset="mnist", **parameters):
    """A resolved experiment, without its name."""
    about = {
        "data": {"dataset": dataset, "train": 100, "test": COUNT, "validation": "test"},
        "noise": {"kind": "gaussian", "level": 0.5},
        "method": {"name": method, **parameters},
    }
    if method != "autoencoder":
        return about
    return {
        **about,
        "architecture": architecture,
        "optimizer": {"name": "adam", "learning_rate": 0.001},
        "loss": {"name": "mean_squared_error"},
        "training": {"epochs": 6, "batch_size": 10},
    }


def lay(results, name, seed, about, error=0.4, dead=1, status="completed", labels=True, **numbers):
    """Write a run's folder; the error of its n-th image is `error` + n/1000."""
    folder = results / "runs" / name / f"seed-{seed}"
    folder.mkdir(parents=True)

    def put(file, content):
        (folder / f"{file}.json").write_text(json.dumps(content))

    lost = status == "diverged"
    trained, skips = "training" in about, about.get("architecture") == SKIP
    errors = np.full(COUNT, np.nan) if lost else error + np.arange(COUNT) / 1000
    known = {
        "relative_error": errors.mean(), "mse": 0.01, "psnr": 12.0, "ssim": 0.7, "edge_ratio": 0.9,
        "relative_error_first10": errors[:10].mean(), "relative_error_first10_max": errors[9],
        "relative_error_sd": errors.std(ddof=1), "share_under_limit": float((errors < 0.5).mean()),
        "relative_error_other_noise": error + 0.02, "slip": error + 0.5, "held_out_error": error + 0.01,
        **({"loss": 0.2, "val_loss": 0.25, "roughness": 0.1} if trained else {}), **numbers,
    }  # fmt: skip
    unknown = dict.fromkeys(("loss", "val_loss", "roughness"))
    known = dict.fromkeys({**unknown, **known}) if lost else {**unknown, **known}
    put("config", {"experiment": name, "seed": seed, **about})
    put("metrics", {
        "status": status, "epochs": 6 if trained else None, "images": COUNT,
        **known, "relative_error_noisy": 1.1,
    })  # fmt: skip
    put("cost", {"fit_seconds": 3.0 if trained else 0.0, "denoise_seconds": 0.001,
                 "parameters": 29 if trained else 0})  # fmt: skip
    images = {"image": range(COUNT), "label": np.arange(COUNT) % 3, "relative_error": errors}
    pd.DataFrame(images).drop(columns=[] if labels else ["label"]).to_csv(
        folder / "images.csv", index=False
    )
    pixels = np.arange(COUNT, dtype=np.uint8)[:, None, None, None] + np.zeros((8, 8, 1), np.uint8)
    np.savez(
        folder / "pictures.npz", index=np.arange(COUNT), clean=pixels, noisy=pixels, decoded=pixels
    )
    if trained:
        put("layers", [*LAYERS, SUM] if skips else LAYERS)
        curve = np.full(6, np.nan) if lost else errors[:10].mean() + np.arange(6)[::-1] / 10
        blank = [np.nan] * 6
        lattice = {"dead": [dead] * 6, "never_on": 0, "live_error": 0.3}
        pd.DataFrame(
            {"epoch": range(1, 7), "relative_error_first10": curve, "relative_error": curve,
             **(dict.fromkeys(lattice, blank) if skips or lost else lattice)}
        ).to_csv(folder / "epochs.csv", index=False)  # fmt: skip
        pd.DataFrame(
            {"epoch": range(1, 7), "loss": curve, "val_loss": curve, "seconds": 0.5}
        ).to_csv(folder / "history.csv", index=False)
        np.savez(
            folder / "portrait.npz", field=np.eye(8), layers=np.array(["a", "code"]),
            **{f"layer-{n}": np.full((2, 4, 4), n, np.uint8) for n in range(2)},
            filters=np.zeros((3, 3, 3), np.uint8), points=np.arange(24.0).reshape(12, 2),
            shares=np.array([0.7, 0.2]), labels=(np.arange(12) % 3)[: 12 if labels else 0],
            walks=np.zeros((1, 9, 8, 8, 1), np.uint8),
        )  # fmt: skip
    if trained and not skips:
        place = np.arange(4).reshape(2, 2)
        put("lattice", {
            "rows": 2, "columns": 2, "dead": None if lost else dead, "never_on": 0,
            "live_error": None if lost else 0.3, "predicted_error": None if lost else error,
            "revival": {"first": 2, "revived": 1, "last": 3, "died": 0},
            "positions": {
                "error": np.where(place < dead, 1, 0.3).tolist(), "on": place.tolist(),
                "dead": (place < dead).tolist(),
            },
            "initial": {"on": (place / 10).tolist(), "output": (place / 10).tolist(),
                        "error": (place / 10).tolist()},
        })  # fmt: skip
        values = {
            "bits": [32, 2],
            **{key: [error, error + 0.1] for key in ("first", "all", "most", "every")},
        }
        pd.DataFrame(values).to_csv(folder / "codes.csv", index=False)
    return folder


def facets(runs, **more):
    """The facets of a plan that tables read: of these experiments, without a write-up."""
    names = list(dict.fromkeys(name for name, _ in runs))
    return {
        "runs": [list(run) for run in runs],
        "pairs": {"s": [[names[0], other] for other in names[1:]]},
        "members": {"s": names},
        "sweeps": {"s": {"x": {"title": "X", "members": {n: {"noise.level": 1} for n in names}}}},
        "searches": {"s": {"x": {n: {"noise.level": k, "loss.name": "a"} for k, n in enumerate(names)}}},
        "transfers": {
            "s": {"members": {n: {"method": "m", "trained": "a", "tested": "b"} for n in names}}
        },
        "goals": {"s": {"experiments": names, "goals": [{"error": 0.5, "seconds": 60}]}},
        "limits": {}, "slices": {}, "lenders": {}, "alternatives": {}, "variants": {}, "twins": {}, "writeup": {}, "criteria": {}, "sources": {},
        "claims": read_yaml(ROOT / "config" / "claims.yaml"),
        **more,
    }  # fmt: skip


def make(results, plan):
    """Make all tables in an order in which what they read is there."""
    (results / "tables").mkdir()
    waiting = list(TABLES)
    while waiting:
        table = next(t for t in waiting if not {one.name for one in waiting} & set(t.tables))
        waiting.remove(table)
        own = json.loads(json.dumps({facet: plan[facet] for facet in table.facets}))
        made = function(table.compute)(Inputs(results, own))
        made.to_csv(results / "tables" / f"{table.name}.csv", index=False)
    return {table.name: pd.read_csv(results / "tables" / f"{table.name}.csv") for table in TABLES}
