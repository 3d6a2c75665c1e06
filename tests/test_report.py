import json
import string
from collections import defaultdict

import pandas as pd
import pytest
from conftest import ROOT

from denoising import claims, replicates
from denoising.compression import MEANINGS
from denoising.config import read_yaml
from denoising.replicates import experiments_table
from denoising.report import bibtex, columns_and_rows, experiment_table, numbered
from denoising.sentences import (
    claim_rows,
    comparison_sentences,
    compression_sentences,
    dying_sentences,
    half_learned_sentences,
    image_sentences,
    initial_sentences,
    law_sentences,
    repaired_sentences,
    revival_sentences,
    rival_sentences,
    study_sentences,
    variance_sentences,
    verdict_sentences,
)
from denoising.texts import (
    Sentence,
    Texts,
    format_duration,
    format_interval,
    format_number,
    format_of,
    format_p,
    format_share,
    format_text,
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
            "psnr": 10.0, "ssim": 0.5, "val_loss": 0.1, "live_error": 0.3, "dead_positions": 2,
            "positions": 16,
        }
        for name, values in errors.items()
        for seed, error in enumerate(values)
    )  # fmt: skip


def keys(sentences):
    return [sentence.key.removeprefix("results.") for sentence in sentences]


class Said:
    """Sentences as one language says them; every language must have them."""

    def __init__(self, language):
        self.language, self.texts = language, Texts(ROOT / "report" / "texts", ["en", "zh"])

    def say(self, sentence):
        said = self.texts.say(sentence)
        assert all(text and "{" not in text for text in said.texts.values())
        return said[self.language].replace("\u00a0", " ")


@pytest.fixture(scope="module")
def texts():
    return Said("en")


def test_averages_over_seeds_leave_failed_runs_out_and_count_them():
    table = table_of(a=[0.5, 0.7, None], b=[0.3])
    assert table.loc["a", "ours"] == pytest.approx(0.6)
    assert table.loc["a", "difference"] == pytest.approx(0.1)
    assert (table.loc["a", "seeds"], table.loc["a", "failed"]) == (3, 1)
    assert table.loc["b", "difference"] == pytest.approx(-0.1)


def table_of(**errors):
    frame = runs(**errors)
    return experiment_table(frame, experiments_table(frame), {k: EXPERIMENTS[k] for k in errors})


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
    assert "2 of 3 stay under a relative error of 50 %" in said
    assert "smallest code under 50 % is that of B" in said


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
    assert texts.say(row["stated"]["sentence"]) == "Baseline − SGD: −0.1000 (p = 0.002)."


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
    [row] = claim_rows(
        ledger_of(found.reason, found.values, (found.verdict,) * 2), {}, {}, ["en", "zh"]
    )
    said = texts.say(row["stated"]["sentence"])
    assert said
    assert "{" not in said


LAW = pd.DataFrame(
    {"experiment": ["a", "stated", "all"], "runs": [9, 9, 20], "r2": [0.9, 0.987, 0.99],
     "largest_residual": [0.01, 0.01, 0.02], "r2_by_count": [0.5, 0.75, 0.7]}
)  # fmt: skip


def said_of(texts, sentences):
    return " ".join(texts.say(sentence) for sentence in sentences)


def test_what_the_law_explains_is_said(texts):
    implied = pd.DataFrame({"nearest": [2, 9], "dead_min": [1, 0], "dead_max": [3, 4]})
    said = said_of(texts, law_sentences(LAW, implied))
    assert "of the 9 runs of the write-up's experiments to within 0.010 (R² = 0.987)" in said
    assert "of all 20 runs to within 0.020 (0.990)" in said
    assert "alone explains R² = 0.750" in said
    assert "for 1 of them" in said


def test_no_run_no_law():
    assert law_sentences(LAW.assign(r2=float("nan")), pd.DataFrame()) == []


def comparisons_of(verdict, difference=-0.1):
    rows = [
        {"measure": measure, "a": "a", "b": "b", "count": 10, "difference": difference,
         "low": difference - 0.05, "high": difference + 0.05, "verdict": verdict}
        for measure in ("relative_error_first10", "relative_error", "live_error")
    ]  # fmt: skip
    return pd.DataFrame(rows)


TITLES = {"a": "A", "b": "B"}


@pytest.mark.parametrize(
    ("verdict", "difference", "says"),
    [
        (
            "lower",
            -0.1,
            "1 of 1 differences are shown (with their 95 % intervals): A &lt; B (0.100,",
        ),
        ("higher", 0.1, "B &lt; A (0.100, 0.050 … 0.150)"),
        ("no difference shown", -0.1, "none of 1 differences is shown"),
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


def test_what_initial_weights_tell(texts):
    initial = pd.DataFrame(
        [{"experiment": "all", "told": 8, "auc_on": 0.4, "auc_output": 0.45, "agree_same": 0.7,
          "agree_other": 0.6}]
    )  # fmt: skip
    said = said_of(texts, initial_sentences(initial))
    assert "the 8 runs that end with both kinds" in said
    assert "with probability 0.40" in said
    assert "agree on 70 % of the positions, two with other weights on 60 %" in said
    nothing = initial.assign(auc_on=float("nan"), agree_same=float("nan"))
    assert initial_sentences(nothing) == []


def test_luck_and_experiments(texts):
    variance = pd.DataFrame(
        {"study": "ii", "measure": ["relative_error", "live_error", "dead_share"], "between": [0.25, 0.75, 0.1]}
    )  # fmt: skip
    said = said_of(texts, variance_sentences(variance))
    assert said == (
        "In ii) the experiments make 25 % of the variance of the error, and 75 % once dead positions"
        " are taken out."
    )


def test_revivals_are_counted(texts):
    runs = pd.DataFrame(
        {"status": "completed", "dead_after_first_epoch": [4, 6], "revived": [3, 1],
         "last_revival": [10, 40], "died_later": [0, 1]}
    )  # fmt: skip
    said = said_of(texts, revival_sentences(runs))
    assert "Of the 10 positions that are dead after the first epoch" in said
    assert "4 come to life again (40 %), and 1 others die" in said
    assert "at epoch 25 (median), the latest at epoch 40" in said
    never = runs.assign(revived=0, last_revival=float("nan"))
    assert "None of the 10 positions" in said_of(texts, revival_sentences(never))
    assert revival_sentences(runs.assign(dead_after_first_epoch=0)) == []


def test_positions_between_learned_and_dead(texts):
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "b", "c", "c"], "positions": 16, "dead_positions": [4, 0, 1, 0, 16],
         "half_learned": [1, 0, 0, 9, 0], "status": [*["completed"] * 4, "dead"]}
    )  # fmt: skip
    titles = {"a": "A", "b": "B", "c": "C"}
    said = said_of(texts, half_learned_sentences(runs, ["a", "b"], titles))
    assert "Among the 43 positions that end alive in the 3 runs" in said
    assert "number 1: A (1/28)." in said
    assert (
        "Among the 16 of the other 1 runs those in between number 9, most of them of C (9/16)."
        in said
    )
    learned = runs.assign(half_learned=0)
    said = said_of(texts, half_learned_sentences(learned, ["a"], titles))
    assert "All 28 positions" in said and "So are all 31 in the other 2 runs." in said
    assert half_learned_sentences(runs[:0], ["a"], titles) == []


def test_which_experiments_die(texts):
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "b", "c"], "status": ["completed", "dead", "completed", "dead"],
         "dead_positions": [0, 16, 0, 16]}
    )  # fmt: skip
    said = said_of(texts, dying_sentences(runs, ["b", "a", "none"], TITLES))
    assert "Runs that end with dead positions: B (0/1), A (1/2)." in said
    assert dying_sentences(runs, ["a"], TITLES) == []


def test_twins_that_die_all_the_same_are_named(texts):
    runs = pd.DataFrame(
        {"experiment": ["a-repaired", "a-repaired", "b-repaired", "a"], "status": "completed",
         "dead_positions": [0, 2, 0, 5]}
    )  # fmt: skip
    titles = {"a-repaired": "A, repaired", "b-repaired": "B, repaired"}
    said = said_of(texts, repaired_sentences(runs, titles))
    assert "2 of 3 runs have no dead position. The others: A, repaired (1/2)." in said
    alive = repaired_sentences(runs[runs["dead_positions"] == 0], titles)
    assert "none of 2 runs has a dead position" in said_of(texts, alive)
    assert repaired_sentences(runs[3:], titles) == []


def test_other_explanations(texts):
    rivals = pd.DataFrame(
        {"rival": ["stated", "epochs", "slip", "variant"], "variant": [None, None, None, "less"],
         "epoch": [50, 30, None, None], "within": [5, 6, 0, 1], "numbers": [8, 8, 8, 2],
         "expected": 5.6, "distance": [0.1, 0.09, 0.7, 0.2],
         "stated_distance": [None, None, None, 0.3]}
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
    assert "1 come nearer than" in said and "Less noise (0.200 : 0.300)" in said
    farther = rival_sentences(rivals.assign(stated_distance=0.1), met, others, variants)
    assert "None of 1 changed procedures" in said_of(texts, farther)
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
    ("ratio", "says"), [(0.5, "1 of 1 codes have fewer"), (4.0, "none of the 1")]
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
    assert compression_sentences(compression[:0], formats, TITLES) == []


def test_verdicts_are_counted(texts):
    said = said_of(
        texts, verdict_sentences(ledger_of("value", {}, ("reproduced", "not reproduced")))
    )
    assert "Of 1 claims and numbers, 1 are reproduced by the procedure as stated, 0 in" in said
    assert "sigmoid output: 0 reproduced, 0 in direction, 1 not, 0 not to be judged" in said


def test_tables_are_numbered_from_one():
    assert numbered(["a", "b"]) == {"a": 1, "b": 2}


def test_values_are_escaped(texts):
    said = texts.say(Sentence("captions.loss", {"title": EXPERIMENTS["c"]["title"]}))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


TRUST = ("checklist", "leakage", "limitations", "model_card", "data_sheet")


def keys_of(language):
    """Dotted keys of a file of texts; what figures say is looked up by itself."""

    def flat(texts, prefix=""):
        for key, value in texts.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}"

    texts = read_yaml(ROOT / "report" / "texts" / f"{language}.yaml")
    return {key for key in flat(texts) if not key.startswith("labels.")}


def test_both_languages_have_the_same_texts():
    assert keys_of("en") == keys_of("zh")


def test_both_languages_have_the_same_values_in_their_texts():
    files = [read_yaml(ROOT / "report" / "texts" / f"{name}.yaml") for name in ("en", "zh")]
    for key in keys_of("en"):
        both = [texts_at(texts, key) for texts in files]
        assert len(both[0]) == len(both[1]), key
        for first, second in zip(*both, strict=True):
            assert fields(first) == fields(second), key


def texts_at(texts, key):
    for part in key.split("."):
        texts = texts[part]
    return [texts] if isinstance(texts, str) else texts


def fields(text):
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}


def test_every_text_is_used_and_every_used_text_exists():
    """Keys are looked up by their literal name, or by a prefix and a computed last part."""
    sources = [
        *(ROOT / "report" / "templates").rglob("*.j2"),
        ROOT / "workflow" / "scripts" / "denoising" / "sentences.py",
    ]
    code = "\n".join(path.read_text() for path in sources)

    script = (ROOT / "report" / "script.js").read_text()
    for key in keys_of("en"):
        section, _, last = key.rpartition(".")
        literal = f"'{key}'" in code or f'"{key}"' in code
        named = f"'{last}'" in code or f"'#{last}'" in code or last in COMPUTED[section]
        computed = f"{section.partition('.')[0]}." in code and named
        by_script = section == "ui" and (f"ui.{last}" in script or f"ui('{last}')" in script)
        assert literal or computed or by_script, f"{key} is not used"


FIGURE_KINDS = {
    "architecture", "loss", "error", "images", "experiment", "study", "law", "counts", "epochs",
    "dots", "gallery", "spread", "digits", "extremes", "compression",
}  # fmt: skip
RIVALS = {"stated", "epochs", "checkpoint", "other_noise", "slip", "variant"}
VERDICTS = {claims.REPRODUCED, claims.DIRECTION, claims.NOT_REPRODUCED, claims.NOT_JUDGED}
COMPARED = {replicates.LOWER, replicates.HIGHER, replicates.NOT_SHOWN, replicates.NOT_ENOUGH}


def underscored(names):
    return {name.replace(" ", "_") for name in names}


COMPUTED = defaultdict(
    set,
    {
        "captions": FIGURE_KINDS,
        "alternatives": FIGURE_KINDS,
        "measures": {*replicates.COMPARED, "dead_share"},
        "results.statuses": {"completed", "diverged", "dead"},
        "lattice.groups": {"stated", "all"},
        "compression.meanings": set(MEANINGS),
        "compression.words": {"32", "fewest"},
        "compression.files": {"each", "sheet"},
        "comparisons": {"stated", "stated_none", "live", "live_none"},
        "comparisons.verdicts": underscored(COMPARED),
        "claims.counts": {"as_stated", "repaired"},
        "claims.parts": {"values", "i", "ii", "iii", "iv", "one"},
        "claims.reasons": {*claims.JUDGES, "judgement", "too_few"},
        "rivals.names": RIVALS,
        "rivals.meanings": RIVALS,
        "claims.verdicts": underscored(VERDICTS),
        "ui.column_names": {"x", "series", "points", "x_min", "x_max", "y_min", "y_max"},
        **{f"trust.{part}": {"heading", "items"} for part in TRUST},
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
    ("seconds", "text"),
    [(7.4, "7\u00a0s"), (125, "2\u00a0min\u00a005\u00a0s"), (3725, "1\u00a0h\u00a002\u00a0min")],
)
def test_format_duration(seconds, text):
    assert format_duration(seconds) == text


def test_format_text():
    assert (format_text("5/28"), format_text(None), format_text(float("nan"))) == ("5/28", "–", "–")


def test_format_interval():
    assert format_interval(0.4, 0.5) == "0.400 … 0.500"
    assert format_interval(-0.1, 0.5, 1, sign=True) == "−0.1 … +0.5"
    assert format_interval(float("nan"), 0.5) == "–"


def test_format_share():
    assert format_share(0.1234) == "12\u00a0%"
    assert format_share(0.1234, 1) == "12.3\u00a0%"
    assert (format_share(None), format_share(float("nan"))) == ("–", "–")


def test_format_of():
    assert (format_of(1.25, 16, 1), format_of(3.0, 16.0)) == ("1.2/16", "3/16")
    assert (format_of(float("nan"), float("nan")), format_of(None, 16)) == ("–", "–")


def test_format_p():
    assert (format_p(0.0314), format_p(0.0004), format_p(None)) == ("0.031", "< 0.001", "–")


def test_a_table_as_json_has_null_for_what_is_missing():
    table = pd.DataFrame({"a": ["x", None], "b": [0.5, float("nan")]})
    assert columns_and_rows(table) == {"columns": ["a", "b"], "rows": [["x", 0.5], [None, None]]}


def test_bibtex_from_the_citation_file():
    entry = bibtex(read_yaml(ROOT / "CITATION.cff"))
    assert entry.startswith("@software{denoising_autoencoder_lab,")
    assert "title = {{Denoising Autoencoder Lab}}" in entry
    assert "year = {2026}" in entry
    person = {"authors": [{"family-names": "B", "given-names": "A"}, {"name": "C"}], "title": "T"}
    assert "author = {B, A and {C}}" in bibtex(person)


def test_an_experiment_without_runs_has_a_row_without_numbers():

    frame = runs(a=[0.5])
    table = experiment_table(frame, experiments_table(frame), {k: EXPERIMENTS[k] for k in "ab"})
    assert table.loc["b", "seeds"] == 0
    assert pd.isna(table.loc["b", "ours"])
    sentences = study_sentences(table, {"experiments": ["a", "b"]})
    assert "missing" in keys(sentences)
