"""Every declared table, made as the rules make it: its function, its tables, its facets."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from handmade import COUNT, SKIP, facets, lay, make, settings

from denoising.measures.codes import formats_table

TRAINED, FILTER = settings(), settings("median-filter", size=3)
HEADINGS = {
    "experiments": {"experiment", "measure", "median", "low", "mean", "diverged"},
    "comparisons": {"study", "measure", "a", "b", "p_holm", "verdict"},
    "law": {"experiment", "r2", "largest_residual"},
    "implied": {"experiment", "implied", "nearest"},
    "alternatives": {"of", "experiment", "dead", "distance"},
    "variance": {"study", "measure", "between", "by_chance"},
    "claims": {"claim", "procedure", "verdict"},
    "initial": {"experiment", "auc_on", "agree_same"},
    "rivals": {"rival", "variant", "within", "failed"},
    "epochs_met": {"experiment", "met", "median"},
    "image_spread": {"experiment", "seed", "group_low", "rank"},
    "digits": {"experiment", "seed", "label", "share_over_limit"},
    "extremes": {"experiment", "rank", "image", "label"},
    "image_comparisons": {"study", "a", "b", "seeds", "images", "share", "p_holm", "verdict"},
    "compression": {"study", "experiment", "bits", "bits_ratio", "all_under"},
    "formats": {"dataset", "format", "quality", "files", "bytes", "all"},
    "smallest_codes": {"study", "meaning", "bits", "word"},
}


def headings(tables):
    for name, columns in HEADINGS.items():
        assert columns <= set(tables[name]), name


def alone(name, **how):
    def laid(results):
        for seed in (0, 1):
            lay(results, name, seed, **how)
        return [(name, 0), (name, 1)]

    return laid


@pytest.mark.parametrize(
    "laid",
    [
        alone("a", about=TRAINED),
        alone("f", about=FILTER),
        alone("f", about=settings("black"), error=1.0, edge_ratio=0.0),
        alone("s", about=settings(architecture=SKIP)),
        alone("a", about=TRAINED, status="diverged"),
        alone("a", about=TRAINED, status="dead", edge_ratio=0.0),
        alone("a", about=TRAINED, labels=False),
    ],
    ids=["trained", "filter", "black", "skip", "diverged", "dead", "no labels"],
)
@pytest.mark.filterwarnings("error")
def test_every_table_comes_out_without_a_write_up(tmp_path, laid):
    tables = make(tmp_path, facets(laid(tmp_path)))
    headings(tables)
    assert len(tables["runs"]) == 2
    for name in (
        "claims",
        "implied",
        "alternatives",
        "rivals",
        "epochs_met",
        "formats",
        "compression",
    ):
        assert tables[name].empty, name


@pytest.mark.filterwarnings("error")
def test_before_anything_is_trained_in_a_rebuild_of_all_kinds(tmp_path):
    """Trained, with a skip, filtered and diverged beside each other; two data sets and limits."""
    runs = []
    for seed in (0, 1, 2):
        lay(tmp_path, "a", seed, TRAINED, error=0.3 + seed / 100, dead=seed)
        lay(tmp_path, "s", seed, settings(architecture=SKIP, dataset="other"), labels=False)
        lay(tmp_path, "f", seed, FILTER, error=0.6)
        lay(tmp_path, "d", seed, TRAINED, status="diverged" if seed else "completed", dead=2)
        runs += [(name, seed) for name in ("a", "s", "f", "d")]
    for name in ("mnist-100-30", "mnist-50-30", "other-100-30"):
        (tmp_path / "datasets" / name).mkdir(parents=True)
        images = np.random.default_rng(name == "other-100-30").integers(0, 256, (12, 8, 8, 1))
        formats = formats_table((images / 255).astype(np.float32))
        formats.to_csv(tmp_path / "datasets" / name / "formats.csv", index=False)
    plan = facets(
        runs,
        limits={"one": {"experiments": ["a", "s", "f"], "error_limit": 0.5},
                "two": {"experiments": ["a", "d"], "error_limit": 0.305}},
        slices={"mnist-100-30": "mnist", "mnist-50-30": "mnist", "other-100-30": "other"},
        writeup={"a": 0.35, "f": 0.5, "s": 0.4}, alternatives={"a": ["a", "d"]},
        variants={"v": {"title": "v", "pairs": {"d": "a"}}}, twins={"a": "d"},
    )  # fmt: skip
    tables = make(tmp_path, plan)
    headings(tables)

    counts = tables["experiments"].query("measure == 'relative_error'").set_index("experiment")
    assert counts["count"].to_dict() == {"a": 3, "s": 3, "f": 3, "d": 1}
    assert counts["diverged"].to_dict() == {"a": 0, "s": 0, "f": 0, "d": 2}
    lattice = tables["experiments"].query("measure == 'dead_positions'").set_index("experiment")
    assert lattice["count"].to_dict() == {"a": 3, "s": 0, "f": 0, "d": 1}

    # the same code under each study's own limit: 0.3, 0.31 and 0.32 of a, 0.4 of d
    codes = tables["compression"].query("bits == 32").set_index(["study", "experiment"])
    assert codes["all_under"].to_dict() == {("one", "a"): 3, ("two", "a"): 1, ("two", "d"): 0}
    assert codes["runs"].to_dict() == {("one", "a"): 3, ("two", "a"): 3, ("two", "d"): 1}
    best = tables["smallest_codes"].set_index(["study", "meaning", "bits"])["experiment"]
    assert best["one", "all", "32"] == "a"
    assert pd.isna(best["two", "all", "32"])  # on average 0.31

    kinds = tables["formats"].groupby("dataset").size()
    assert kinds.to_dict() == {"mnist": 12, "other": 12}  # the same test images are stored once
    assert set(tables["digits"]["experiment"]) == {"a", "f", "d"}
    assert tables["extremes"].query("experiment == 's'")["label"].isna().all()
    met = tables["epochs_met"].set_index("experiment")
    assert met["runs"].to_dict() == {"a": 3, "f": 0, "s": 3}  # a filter has no epochs
    assert set(tables["initial"]["experiment"]) == {"a", "all"}
    claims = tables["claims"].query("claim == 'value-a'").set_index("procedure")
    assert claims["experiments"].to_dict() == {"as stated": "a", "repaired": "d"}


@pytest.mark.filterwarnings("error")
def test_black_test_images_are_in_no_average_and_no_extremes(tmp_path):
    folder = lay(tmp_path, "a", 0, TRAINED)
    images = pd.read_csv(folder / "images.csv")
    images.loc[[0, 12, *range(20, 30)], "relative_error"] = np.nan
    images.to_csv(folder / "images.csv", index=False)
    tables = make(tmp_path, facets([("a", 0)]))
    [spread] = tables["image_spread"].to_dict("records")
    # 0.401 … 0.409 in the first ten, and 0.410 … 0.419 without 0.412 in the second
    assert spread["first"] == pytest.approx(0.405)
    assert spread["mean"] == pytest.approx((9 * 0.405 + sum(range(410, 420)) / 1000 - 0.412) / 18)
    assert spread["rank"] == 0
    second = (sum(range(410, 420)) / 1000 - 0.412) / 9
    assert spread["group_sd"] == pytest.approx((second - 0.405) / np.sqrt(2))
    assert not {0, 12, *range(20, 30)} & set(tables["extremes"]["image"])
    worst = tables["extremes"].query("rank == -1")["image"].tolist()
    assert worst == [19]


def test_the_program_writes_what_the_function_returns(tmp_path):
    lay(tmp_path, "f", 0, FILTER, psnr=12.3456789)
    (tmp_path / "tables").mkdir()
    (tmp_path / "facets.json").write_text(json.dumps({"runs": [["f", 0]]}))

    def program(compute, *more):
        output = tmp_path / "tables" / f"{compute.partition(':')[2]}.csv"
        subprocess.run(
            [sys.executable, ROOT / "workflow" / "scripts" / "make_table.py", "--compute", compute,
             "--facets", tmp_path / "facets.json", "--results", tmp_path, "--output", output, *more],
            check=True,
        )  # fmt: skip
        return pd.read_csv(output)

    assert program("denoising.evidence.runs:runs", "--digits", "0")["psnr"][0] == 12.3456789
    found = program("denoising.evidence.replicates:experiments", "--digits", "4")
    assert found.set_index("measure").loc["psnr", "mean"] == 12.35
    assert found.set_index("measure").loc["relative_error", "mean"] == 0.4145
    assert COUNT == 30  # 0.4 … 0.429
