import json
from collections import defaultdict

import pandas as pd
import pytest
from conftest import ROOT

from denoising import claims
from denoising.config import read_yaml
from denoising.report import (
    Sentence,
    Texts,
    claim_rows,
    experiment_table,
    format_duration,
    format_number,
    format_text,
    law_sentences,
    study_sentences,
)

EXPERIMENTS = {
    "a": {"title": "A", "reported": 0.5},
    "b": {"title": "B", "reported": 0.4},
    "c": {"title": "<script>alert(1)</script>", "reported": None},
}


def runs(**errors):
    """Rows of runs.csv; an error of None is a diverged run."""
    return pd.DataFrame(
        {
            "experiment": name, "seed": seed, "status": "diverged" if error is None else "completed",
            "optimizer": "adam", "learning_rate": 0.1, "loss": "huber", "architecture": "x",
            "code_shape": "2×2×1", "side_ratio": "2/28", "code_elements": {"a": 40, "b": 30, "c": 20}[name],
            "input_elements": 784, "parameters": 7, "relative_error_first10": error,
            "relative_error": None if error is None else error + 0.1, "share_under_limit": 0.5,
            "psnr": 10.0, "ssim": 0.5, "val_loss": 0.1,
        }
        for name, values in errors.items()
        for seed, error in enumerate(values)
    )  # fmt: skip


def keys(sentences):
    return [sentence.key.removeprefix("results.") for sentence in sentences]


@pytest.fixture(scope="module")
def texts():
    return Texts(ROOT / "report" / "texts" / "en.yaml")


def test_averages_over_seeds_leave_failed_runs_out_and_count_them():
    table = experiment_table(runs(a=[0.5, 0.7, None], b=[0.3]), {k: EXPERIMENTS[k] for k in "ab"})
    assert table.loc["a", "ours"] == pytest.approx(0.6)
    assert table.loc["a", "difference"] == pytest.approx(0.1)
    assert (table.loc["a", "seeds"], table.loc["a", "failed"]) == (3, 1)
    assert table.loc["b", "difference"] == pytest.approx(-0.1)


def table_of(**errors):
    frame = runs(**errors)
    return experiment_table(frame, {k: EXPERIMENTS[k] for k in errors})


def test_one_experiment_is_told_with_its_difference(texts):
    sentences = study_sentences(table_of(a=[0.52]), {"experiments": ["a"]})
    assert keys(sentences) == ["error", "reported", "one_seed"]
    assert "0.520 on the first ten" in texts.say(sentences[0])
    assert "a difference of +0.020" in texts.say(sentences[1])


@pytest.mark.parametrize(("a", "key"), [(0.6, "same_order"), (0.2, "other_order")])
def test_order_of_a_study(texts, a, key):
    sentences = study_sentences(table_of(a=[a], b=[0.3]), {"experiments": ["a", "b"]})
    assert keys(sentences) == ["order", key, "best_of_all", "one_seed"]
    expected = "B (0.300) &lt; A (0.600)" if a == 0.6 else "A (0.200) &lt; B (0.300)"
    assert expected in texts.say(sentences[0])


def test_smallest_code_under_the_limit(texts):
    study = {"experiments": ["a", "b", "c"], "error_limit": 0.5}
    sentences = study_sentences(table_of(a=[0.3], b=[0.4], c=[0.6]), study)
    said = " ".join(texts.say(s) for s in sentences)
    assert "2 of 3 stay under a relative error of 50%" in said
    assert "smallest code under 50% is that of B" in said


def test_none_under_the_limit_names_no_code():
    study = {"experiments": ["a", "b"], "error_limit": 0.1}
    assert "smallest_code" not in keys(study_sentences(table_of(a=[0.3], b=[0.4]), study))


def test_failed_runs_are_said_and_no_numbers_made_up(texts):
    sentences = study_sentences(table_of(a=[None], b=[0.4]), {"experiments": ["a", "b"]})
    assert "failed" in keys(sentences)
    alone = study_sentences(table_of(a=[None]), {"experiments": ["a"]})
    assert keys(alone) == ["none_completed"]


def test_more_seeds_are_not_called_one():
    assert "one_seed" not in keys(study_sentences(table_of(a=[0.3, 0.4]), {"experiments": ["a"]}))


def ledger_of(reason, values, verdict):
    rows = [
        {
            "claim": "x", "part": "ii", "quote": "Adam is best.", "procedure": procedure,
            "reported": None, "measure": "relative_error", "ours": -0.1, "low": -0.2, "high": 0.0,
            "verdict": one, "reason": reason, "values": json.dumps(values),
        }
        for procedure, one in zip(("as stated", "repaired"), verdict, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_both_judgements_of_a_claim_stand_in_one_row(texts):
    values = {"first": "baseline", "other": "sgd", "difference": -0.1, "p": 0.002}
    [row] = claim_rows(ledger_of("lowest", values, ("reproduced", "not reproduced")))
    assert (row["stated"]["verdict"], row["repaired"]["verdict"]) == (
        "reproduced",
        "not reproduced",
    )
    assert texts.say(row["stated"]["sentence"]) == "baseline − sgd: -0.1000 (p = 0.002)."


@pytest.mark.parametrize("kind", [*claims.JUDGES, "judgement"])
def test_every_reason_has_a_sentence(kind, texts):
    errors = [0.4, 0.42, 0.44, 0.46, 0.5, 0.51]
    runs = pd.DataFrame(
        [
            {"experiment": name, "seed": seed, "status": "completed", "m": error + shift}
            for name, shift in (("a", 0.0), ("b", 0.1))
            for seed, error in enumerate(errors)
        ]
    )
    names = ["a"] if kind in ("value", "below", "above") else ["a", "b"]
    claim = {
        "kind": kind, "experiments": names, "measure": "m", "reported": 0.45, "tolerance": 0.05,
        "limit": 0.5, "margin": 0.2, "reason": "Because.",
    }  # fmt: skip
    found = claims.judge(runs, claim)
    said = texts.say(Sentence(f"claims.reasons.{found.reason}", found.values))
    assert said
    assert "{" not in said


def test_what_the_law_explains_is_said(texts):
    law = pd.DataFrame(
        {"experiment": ["a", "all"], "runs": [9, 9], "r2": [0.9, 0.987], "largest_residual": 0.01,
         "r2_by_count": [0.5, 0.75]}
    )  # fmt: skip
    implied = pd.DataFrame(
        {"nearest": [2, 9], "dead_min": [1, 0], "dead_max": [3, 4], "reported": [0.5, 0.6],
         "error_there": [0.52, 0.61]}
    )  # fmt: skip
    said = " ".join(texts.say(sentence) for sentence in law_sentences(law, implied))
    assert "Over 9 runs" in said
    assert "R² = 0.987" in said
    assert "R² = 0.750" in said
    assert "for 1 of them" in said
    assert "to within 0.020" in said


def test_no_run_no_law():
    law = pd.DataFrame({"experiment": ["all"], "runs": [0]})
    assert law_sentences(law, pd.DataFrame()) == []


def test_values_are_escaped(texts):
    said = texts.say(Sentence("captions.loss", {"title": EXPERIMENTS["c"]["title"]}))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


def test_every_text_is_used_and_every_used_text_exists():
    """Keys are looked up by their literal name, or by a prefix and a computed last part."""
    sources = [
        *(ROOT / "report" / "templates").glob("*.j2"),
        ROOT / "workflow" / "scripts" / "denoising" / "report.py",
    ]
    code = "\n".join(path.read_text() for path in sources)

    def flat(texts, prefix=""):
        for key, value in texts.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}"

    for key in flat(read_yaml(ROOT / "report" / "texts" / "en.yaml")):
        section, _, last = key.rpartition(".")
        literal = f"'{key}'" in code or f'"{key}"' in code
        computed = f"{section}." in code and (f"'{last}'" in code or last in COMPUTED[section])
        assert literal or computed, f"{key} is not used"


FIGURE_KINDS = {
    "architecture", "loss", "error", "images", "experiment", "study", "law", "epochs", "dots",
}  # fmt: skip
RIVALS = {"stated", "epochs", "checkpoint", "slip"}
VERDICTS = {claims.REPRODUCED, claims.DIRECTION, claims.NOT_REPRODUCED, claims.NOT_JUDGED}
COMPUTED = defaultdict(
    set,
    {
        "captions": FIGURE_KINDS,
        "alternatives": FIGURE_KINDS,
        "claims.parts": {"values", "i", "ii", "iii", "iv", "one"},
        "claims.reasons": {*claims.JUDGES, "judgement", "too_few"},
        "rivals.names": RIVALS,
        "rivals.meanings": RIVALS,
        "claims.verdicts": {verdict.replace(" ", "_") for verdict in VERDICTS},
    },
)


@pytest.mark.parametrize(
    ("value", "arguments", "text"),
    [
        (0.47, {}, "0.470"),
        (0.47, {"sign": True}, "+0.470"),
        (-0.1, {"digits": 1}, "−0.1"),
        (float("nan"), {}, "–"),
        (None, {}, "–"),
    ],
)
def test_format_number(value, arguments, text):
    assert format_number(value, **arguments) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(7.4, "7 s"), (125, "2 min 05 s"), (3725, "1 h 02 min")]
)
def test_format_duration(seconds, text):
    assert format_duration(seconds) == text


def test_format_text():
    assert (format_text("5/28"), format_text(None), format_text(float("nan"))) == ("5/28", "–", "–")
