"""The texts of the report: the same in both languages, all of them used."""

import string
from collections import defaultdict

from conftest import ROOT

from denoising.config.read import read_yaml
from denoising.evidence import claims, replicates
from denoising.evidence.compression import MEANINGS
from denoising.report.sections.trust import PARTS as TRUST
from denoising.report.texts import OWN


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
    """Names and how they are written; which word a number chooses is each language's own."""
    parsed = string.Formatter().parse(text)
    return {(name, spec) for _, name, spec, _ in parsed if name and "|" not in spec}


def test_every_text_is_used_and_every_used_text_exists():
    """Keys are looked up by their literal name, or by a prefix and a computed last part."""
    sources = [
        *(ROOT / "report" / "templates").rglob("*.j2"),
        *(ROOT / "workflow" / "scripts" / "denoising" / "report").rglob("*.py"),
    ]
    code = "\n".join(path.read_text() for path in sources)

    script = "\n".join(path.read_text() for path in (ROOT / "report").glob("*.js"))
    for key in keys_of("en"):
        key = key.removesuffix(OWN)  # stands in for the text without it
        section, _, last = key.rpartition(".")
        literal = f"'{key}'" in code or f'"{key}"' in code
        named = f"'{last}'" in code or f'"{last}"' in code or last in COMPUTED[section]
        computed = f"{section.partition('.')[0]}." in code and named
        by_script = section == "ui" and (f"ui.{last}" in script or f"ui('{last}')" in script)
        assert literal or computed or by_script, f"{key} is not used"


FIGURE_KINDS = {
    "architecture", "loss", "error", "images", "experiment", "study", "law", "counts", "epochs",
    "dots", "gallery", "spread", "digits", "extremes", "compression", "response", "search", "budgets", "transfer",
    "layers", "codes",
}  # fmt: skip


RIVALS = {"stated", "epochs", "checkpoint", "other_noise", "slip", "variant"}


VERDICTS = {claims.REPRODUCED, claims.DIRECTION, claims.NOT_REPRODUCED, claims.NOT_JUDGED}


COMPARED = {replicates.LOWER, replicates.HIGHER, replicates.NOT_SHOWN, replicates.NOT_ENOUGH}


def underscored(names):
    return {name.replace(" ", "_") for name in names}


COMPUTED = defaultdict(
    set,
    {
        "captions": {*FIGURE_KINDS, "images_alone", "experiment_alone", "experiment_untrained"},
        "alternatives": {*FIGURE_KINDS, "images_alone", "experiment_untrained"},
        "results": {
            f"{under}{alone}{of}"
            for under in ("under", "not_under")
            for alone in ("", "_alone")
            for of in ("", "_all")
        }
        | {"table_all", "table_one_all", "under_limit_all"},
        "measures": {*replicates.COMPARED, "dead_share"},
        "lattice.groups": {"stated", "all", "learned"},
        "compression.meanings": set(MEANINGS),
        "compression.words": {"32", "fewest"},
        "compression.files": {"each", "sheet"},
        "comparisons": {
            f"{key}{manner}"
            for key in ("stated", "live")
            for manner in ("", "_one", "_all", "_none")
        },
        "comparisons.verdicts": underscored(COMPARED),
        "ledger.kinds": set(claims.JUDGES),
        "terms.relative_error": {"word", "meaning"},
        "claims.counts": {"as_stated", "repaired"},
        "claims.parts": {"values", "i", "ii", "iii", "iv", "one"},
        "claims.reasons": {*claims.JUDGES, "judgement", "too_few"},
        "rivals.names": RIVALS,
        "rivals.meanings": RIVALS,
        "claims.verdicts": underscored(VERDICTS),
        "ui.column_names": {"x", "series", "points", "x_min", "x_max", "y_min", "y_max"},
        **{f"trust.{part}": {"heading"} for part in TRUST},
        "method": {"noise_once", "noise_fresh"},
        **{name: {"heading", "short"} for name in ("answers", "lesson", "beyond", "ledger")},
        "summary": {f"{key}_heading" for key in ("scope", "method", "reproduced", "easy", "hard")},
    },
)
