import json

import pandas as pd
import pytest
from conftest import EXPERIMENTS, TITLES, runs, said_of, table_of

from denoising.evidence import claims
from denoising.evidence.experiments import ALL_ERROR, experiment_table
from denoising.evidence.replicates import experiments_table
from denoising.report.sentences.claims import (
    claim_rows,
    tolerance_sentences,
    verdict_sentences,
)
from denoising.report.sentences.compression import compression_sentences
from denoising.report.sentences.images import image_sentences
from denoising.report.sentences.rivals import rival_sentences
from denoising.report.sentences.studies import comparison_sentences, study_sentences
from denoising.report.texts import Sentence


def keys(sentences):
    return [sentence.key.removeprefix("results.") for sentence in sentences]


def test_one_experiment_is_told_with_its_difference(texts):
    sentences = study_sentences(table_of(a=[0.52]), runs(a=[0.52]), {"experiments": ["a"]})
    assert keys(sentences) == ["error", "reported", "one_seed"]
    assert "0.520 on the first ten" in texts.say(sentences[0])
    assert "a difference of +0.020" in texts.say(sentences[1])


@pytest.mark.parametrize(("a", "key"), [(0.6, "same_order"), (0.2, "other_order")])
def test_order_of_a_study(texts, a, key):
    sentences = study_sentences(
        table_of(a=[a], b=[0.3]), runs(a=[a], b=[0.3]), {"experiments": ["a", "b"]}
    )
    assert keys(sentences) == ["order", key, "best_of_all", "one_seed"]
    expected = "B (0.300) &lt; A (0.600)" if a == 0.6 else "A (0.200) &lt; B (0.300)"
    assert expected in texts.say(sentences[0])


def test_smallest_code_under_the_limit(texts):
    study = {"experiments": ["a", "b", "c"], "error_limit": 0.5}
    sentences = study_sentences(
        table_of(a=[0.3], b=[0.4], c=[0.6]), runs(a=[0.3], b=[0.4], c=[0.6]), study
    )
    said = " ".join(texts.say(s) for s in sentences)
    assert "2 of 3 stay under a relative error of 50 %" in said
    assert "by run: A (1/1), B (1/1)" in said
    assert "smallest code under 50 % is that of B" in said


def test_none_under_the_limit_names_no_code():
    study = {"experiments": ["a", "b"], "error_limit": 0.1}
    assert "smallest_code" not in keys(
        study_sentences(table_of(a=[0.3], b=[0.4]), runs(a=[0.3], b=[0.4]), study)
    )


def test_failed_runs_are_said_and_no_numbers_made_up(texts):
    sentences = study_sentences(
        table_of(a=[None], b=[0.4]), runs(a=[None], b=[0.4]), {"experiments": ["a", "b"]}
    )
    assert "left_out" in keys(sentences)
    said = {"en": "Of A, 1 of 1 run diverged: in no average, but drawn.", "zh": "1 次发散"}
    assert said[texts.language] in said_of(texts, sentences)
    alone = study_sentences(table_of(a=[None]), runs(a=[None]), {"experiments": ["a"]})
    assert keys(alone) == ["none_completed", "left_out"]


def test_an_experiment_without_runs_is_named():
    frame = runs(a=[0.5])
    table = experiment_table(frame, experiments_table(frame), {k: EXPERIMENTS[k] for k in "ab"})
    assert "missing" in keys(study_sentences(table, frame, {"experiments": ["a", "b"]}))


def test_more_seeds_are_not_called_one():
    assert "one_seed" not in keys(
        study_sentences(table_of(a=[0.3, 0.4]), runs(a=[0.3, 0.4]), {"experiments": ["a"]})
    )


def test_single_runs_among_others_are_named(texts):
    table, frame = table_of(a=[0.3], b=[0.4, 0.5]), runs(a=[0.3], b=[0.4, 0.5])
    said = said_of(texts, study_sentences(table, frame, {"experiments": ["a", "b"]}))
    assert "From one run each: A." in said
    assert "Each number" not in said


def ledger_of(reason, values, verdict):
    rows = [
        {
            "claim": "x", "part": "ii", "quote": "Adam is best.", "procedure": procedure,
            "reported": None, "measure": "relative_error", "count": 10, "ours": -0.1, "low": -0.2, "high": 0.0,
            "verdict": one, "contradicted": one == "not reproduced" or None, "reason": reason, "values": json.dumps(values),
            "kind": "lowest", "counted": True, "limit": 0.05, "reproduced_at": 0.002,
        }
        for procedure, one in zip(("as stated", "repaired"), verdict, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_both_judgements_of_a_claim_stand_in_one_row(texts):
    pair = {"other": "sgd", "difference": -0.1, "p": 0.002, "low": -0.2, "high": -0.05}
    values = {"first": "baseline", "pairs": [pair, {**pair, "p": 0.5}]}
    ledger = ledger_of("lowest", values, ("reproduced", "not reproduced"))
    titles, criteria = (
        {"baseline": "Baseline", "sgd": "SGD"},
        {"x": {"quote": "Best.", "note": "Weak."}},
    )
    [row] = claim_rows(ledger, titles, criteria, ["en"])
    assert (row["quote"]["en"], row["note"]["en"]) == ("Best.", "Weak.")
    assert (row["stated"]["verdict"], row["repaired"]["verdict"]) == (
        "reproduced",
        "not reproduced",
    )
    said = "Baseline − SGD: −0.1000, p = {} [−0.2000 … −0.0500]"
    both = f"{said.format('0.002')}; {said.format('0.500')}."
    assert texts.say(row["stated"]["sentence"]) == both
    assert row["stated"]["paired"]
    assert row["repaired"]["contradicted"]


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
        "kind": kind, "experiments": names, "measure": "m", "reported": 0.45,
        "limit": 0.5, "margin": 0.2, "reason": "Because.",
    }  # fmt: skip
    found = claims.judge(runs, claim)
    [row] = claim_rows(
        ledger_of(found.reason, found.values, (found.verdict,) * 2), {}, {}, ["en", "zh"]
    )
    said = texts.say(row["stated"]["sentence"])
    assert said
    assert "{" not in said


def comparisons_of(verdict, difference=-0.1):
    rows = [
        {"measure": measure, "a": "a", "b": "b", "count": 10, "difference": difference,
         "low": difference - 0.05, "high": difference + 0.05, "verdict": verdict}
        for measure in ("relative_error_first10", "relative_error", "live_error")
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("verdict", "difference", "says"),
    [
        (
            "lower",
            -0.1,
            "is shown (its median, with the 95 % interval). A is lower than B by 0.100 (0.050",
        ),
        ("higher", 0.1, "B is lower than A by 0.100 (0.050 … 0.150)."),
        ("no difference shown", -0.1, "no difference is shown (1 comparison)"),
        ("not enough replicates", -0.1, "Not enough replicates for 3 of 3 comparisons (from 10"),
    ],
)
def test_differences_are_told_only_where_they_are_shown(texts, verdict, difference, says):
    said = said_of(texts, comparison_sentences(comparisons_of(verdict, difference), TITLES))
    assert says in said
    if verdict == "not enough replicates":
        assert "differs" not in said
        assert "equal" not in said


def test_no_pairs_no_comparison():
    assert comparison_sentences(pd.DataFrame(), TITLES) == []


def test_other_explanations(texts):
    rivals = pd.DataFrame(
        {"rival": ["stated", "epochs", "slip", "variant"], "variant": [None, None, None, "less"],
         "epoch": [50, 30, None, None], "within": [5, 6, 0, 1], "numbers": [8, 8, 8, 2],
         "expected": 5.6, "distance": [0.1, 0.09, 0.7, 0.2],
         "stated_within": [None, None, None, 0], "stated_distance": [None, None, None, 0.3]}
    )  # fmt: skip
    variants, others = {"less": "Less noise"}, {"slip": "A slip"}
    nothing = float("nan")
    met = pd.DataFrame(
        {"met": [3, 0], "first": [9, nothing], "median": [12, nothing], "last": [20, nothing]}
    )
    said = said_of(texts, rival_sentences(rivals, met, others, variants))
    assert "5 of 8 reported numbers lie within" in said
    assert "(5.6 would on average" in said
    assert "30 comes nearest for all of them together (6 of 8, 0.090)" in said
    assert "evaluated otherwise: A slip (0/8, 0.700)." in said
    assert "as stated do: Less noise (1 : 0)." in said
    assert "1 comes nearer than" in said and "Less noise (0.200 : 0.300)" in said
    farther = rival_sentences(rivals.assign(stated_distance=0.1), met, others, variants)
    assert "No changed procedure comes nearer" in said_of(texts, farther)
    assert "1 of 2 reported numbers are met" in said
    common = pd.DataFrame({"met": [3, 2], "first": [9, 15], "median": [12, 18], "last": [20, 30]})
    said = said_of(texts, rival_sentences(rivals, common, others, variants))
    assert "overlap between epoch 15 and epoch 20" in said
    assert rival_sentences(rivals[:0], met, others, variants) == []


def test_ten_images_and_seeds_are_told_apart(texts):
    spread = pd.DataFrame(
        {"experiment": "a", "sd": [0.1, 0.1], "group_sd": 0.03, "group_low": 0.4, "group_high": 0.5,
         "first": 0.47, "mean": [0.4, 0.5], "rank": 0.8}
    )  # fmt: skip
    said = said_of(texts, image_sentences(spread, "a", "A"))
    assert "averages of ten by 0.030" in said
    assert "spreads by 0.071 between its 2 seeds" in said  # 0.1 / √2
    assert len(image_sentences(spread[:1], "a", "A")) == 1
    assert image_sentences(spread, "b", "B") == []


@pytest.mark.parametrize(
    ("ratio", "says"),
    [(0.5, "1 of 1 code has fewer"), (4.0, "no code has fewer bits than the image (1 code)")],
)
def test_which_codes_compress_at_all(texts, ratio, says):
    compression = pd.DataFrame({"experiment": ["a"], "bits": [32], "bits_ratio": [ratio]})
    formats = pd.DataFrame(
        {"format": ["PNG", "JPEG"], "quality": [None, 5], "files": "each",
         "bits_ratio": [0.3, 0.066], "all": [0, 0.31]}
    )  # fmt: skip
    said = said_of(texts, compression_sentences(compression, formats, TITLES))
    assert says in said
    assert "JPEG of quality 5 needs 6.6 % with a relative error of 0.310" in said
    assert "With 8 bits" not in said
    assert compression_sentences(compression[:0], formats, TITLES) == []


def test_codes_that_compress_with_a_byte_a_number(texts):
    compression = pd.DataFrame(
        {"experiment": ["a", "b", "a", "b"], "bits": [32, 32, 8, 8], "bits_ratio": [4.1, 1.5, 1.02, 0.37],
         "all": [0.4, 0.5, 0.41, 0.502]}
    )  # fmt: skip
    formats = pd.DataFrame(
        {"format": ["PNG", "JPEG"], "quality": [None, 5], "files": "each",
         "bits_ratio": [0.3, 0.066], "all": [0, 0.31]}
    )  # fmt: skip
    said = said_of(texts, compression_sentences(compression, formats, TITLES))
    assert "With 8 bits a number 1 of 2 has: B; the error grows by 0.002 at most." in said


def test_verdicts_are_counted(texts):
    said = said_of(
        texts, verdict_sentences(ledger_of("value", {}, ("reproduced", "not reproduced")))
    )
    assert "Of 1 claims and numbers, 1 is reproduced by the procedure as stated, 0 in" in said
    assert "0 are not (0 of them contradicted, the others undecided)" in said
    assert (
        "sigmoid output: 0 reproduced, 0 in direction, 1 not (1 contradicted), 0 not to be judged"
        in said
    )


def test_what_stands_apart_is_said_and_not_counted(texts):
    ledger = ledger_of("value", {}, ("reproduced", "reproduced"))
    ledger = pd.concat([ledger, ledger.assign(claim="y", counted=False)])
    said = said_of(texts, verdict_sentences(ledger))
    assert "Of 1 claims and numbers, 1 is reproduced" in said
    assert "1 more claim stands apart, judged and not counted" in said


def test_numbers_are_counted_for_every_tolerance(texts):
    ledger = ledger_of("value", {}, ("reproduced", "reproduced")).assign(kind="value")
    each = [ledger.assign(claim=n, reproduced_at=at) for n, at in enumerate((0.01, 0.04, None))]
    said = said_of(texts, tolerance_sentences(pd.concat(each)))
    assert "so many of 3 reported numbers" in said
    assert "±0.01: 1, ±0.02: 1, ±0.03: 1, ±0.05: 2, ±0.1: 2" in said
    assert tolerance_sentences(ledger_of("too_few", {}, ("cannot be judged",) * 2)) == []


def test_the_limit_at_which_a_verdict_turns_is_said(texts):
    ledger = ledger_of(
        "below", {"experiment": "a", "median": 0.4, "limit": 0.5}, ("reproduced",) * 2
    )
    [row] = claim_rows(ledger.assign(kind="below", reproduced_at=[0.43, None]), {}, {}, ["en"])
    assert (
        said_of(texts, [row["stated"]["edge"]]).strip() == "Reproduced with any bound above 0.430."
    )
    assert row["repaired"]["edge"] is None
    [order] = claim_rows(
        ledger_of("lowest", {"first": "a", "pairs": []}, ("reproduced",) * 2), {}, {}, ["en"]
    )
    assert order["stated"]["edge"] is None  # its p is told


def test_twins_that_were_not_trained_have_no_verdicts(texts):
    ledger = ledger_of("too_few", {}, ("reproduced", "cannot be judged"))
    said = said_of(texts, verdict_sentences(ledger.assign(count=[10, 0])))
    assert "procedure as stated" in said
    assert "sigmoid" not in said


def test_values_are_escaped(texts):
    said = texts.say(Sentence("captions.loss", {"title": EXPERIMENTS["c"]["title"]}))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


def test_of_ten_images_no_spread_of_tens_is_told(texts):
    one = {"sd": 0.1, "group_sd": float("nan"), "group_low": 0.4, "group_high": 0.4, "first": 0.4}
    spread = pd.DataFrame([{"experiment": "a", "seed": 0, "mean": 0.4, "rank": 0.0, **one}])
    assert said_of(texts, image_sentences(spread, "a", "A")).strip() == (
        "A: single images spread by 0.100 (standard deviation)."
    )
    assert image_sentences(spread.assign(sd=float("nan")), "a", "A") == []


def test_one_experiment_alone_is_not_counted_among_others(texts):
    study = {"experiments": ["a"], "error_limit": 0.5}
    frame = {"a": [0.3, 0.4, 0.6]}
    said = said_of(texts, study_sentences(table_of(**frame), runs(**frame), study))
    assert "The average over the first ten stays under 50 %; by run in 2 of 3." in said
    assert "smallest code" not in said
    assert "of 1" not in said
    frame = {"a": [0.7]}
    said = said_of(texts, study_sentences(table_of(**frame), runs(**frame), study))
    assert "does not stay under 50 %." in said


def test_where_all_images_are_black_that_is_said():
    frame = runs(a=[0.3]).assign(relative_error_first10=float("nan"), relative_error=float("nan"))
    table = experiment_table(frame, experiments_table(frame), {"a": EXPERIMENTS["a"]})
    assert keys(study_sentences(table, frame, {"experiments": ["a"]})) == ["no_error"]


def test_where_nothing_can_be_judged_nothing_else_is_counted(texts):
    ledger = ledger_of("too_few", {}, ("cannot be judged", "cannot be judged"))
    assert said_of(texts, verdict_sentences(ledger)).strip() == (
        "Of 1 claim or number none can be judged."
    )


def own_study(errors, **study):
    """What is said where no study of the write-up is: errors of all images are 0.1 higher."""
    frame = runs(**errors)
    about = {key: EXPERIMENTS[key] for key in errors}
    table = experiment_table(frame, experiments_table(frame), about, ALL_ERROR)
    study = {"experiments": list(errors), **study}
    return study_sentences(table, frame, study, in_writeup=False)


def test_a_study_of_ones_own_is_told_by_all_images_and_beside_nothing_reported(texts):
    alone = own_study({"a": [0.52]})
    assert keys(alone) == ["error_all", "one_seed"]
    said = texts.say(alone[0])
    assert "0.620 over all test images" in said
    assert "0.520 over the first ten" in said
    several = own_study({"a": [0.3], "b": [0.2]}, error_limit=0.35)
    assert keys(several) == ["order_all", "under_limit_all", "smallest_code", "one_seed"]
    assert "Over all test images: B (0.300) &lt; A (0.400)" in texts.say(several[0])
    assert "1 of 2 stays under a relative error of 35 %" in texts.say(several[1])
    assert "by run: A (0/1), B (1/1)" in texts.say(several[1])


@pytest.mark.parametrize(("limit", "key"), [(0.45, "under"), (0.35, "not_under")])
def test_one_experiment_of_ones_own_under_a_limit(texts, limit, key):
    errors = {"a": [0.3, 0.31]}  # over all images 0.405 in the median
    assert keys(own_study(errors, error_limit=limit))[1:] == [f"{key}_all"]
    assert keys(own_study({"a": [0.3]}, error_limit=limit))[1] == f"{key}_alone_all"
