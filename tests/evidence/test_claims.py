import json
from statistics import median

import pandas as pd
import pytest
from conftest import ROOT

from denoising.config.read import read_yaml
from denoising.evidence.claims import COLUMNS, JUDGES, _family, judge, ledger
from denoising.evidence.runs import RUN_COLUMNS

CRITERIA = read_yaml(ROOT / "config" / "claims.yaml")
WIDE = [0.40, 0.42, 0.44, 0.46, 0.48, 0.50, 0.52, 0.60]  # median 0.47


def runs_of(**errors):
    rows = [
        {"experiment": name.replace("_", "-"), "seed": seed, "status": "completed", "error": value}
        for name, values in errors.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def claim(kind, experiments, **rest):
    return {"kind": kind, "experiments": experiments, "measure": "error", **rest}


def shifted(by, values=WIDE):
    return [value + by for value in values]


MANY = [0.40 + n / 1000 for n in range(40)]  # of so many, one more is in the range with 95.1 %


@pytest.mark.parametrize(
    ("values", "reported", "verdict", "contradicted"),
    [
        (WIDE, 0.47, "reproduced", None),
        (WIDE, 0.40, "reproduced", None),  # the ends belong to the range
        (WIDE, 0.60, "reproduced", None),
        (WIDE, 0.39, "not reproduced", False),
        (WIDE, 0.90, "not reproduced", False),  # of eight: one in five would be outside
        (MANY[:39], 0.90, "not reproduced", False),  # 2 of 40
        (MANY, 0.90, "not reproduced", True),  # 2 of 41
    ],
)
def test_a_reported_value(values, reported, verdict, contradicted):
    found = judge(runs_of(a=values), claim("value", ["a"], reported=reported))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)
    assert found.ours == pytest.approx(median(values))


def test_what_a_value_says():
    """The range of eight holds one more with 7/9; how near it is, and how far ours reach there."""
    found = judge(runs_of(a=WIDE), claim("value", ["a"], reported=0.41))
    assert found.reason == "value" and found.count == 8
    assert found.values == {
        "reported": 0.41, "median": pytest.approx(0.47), "min": 0.40, "max": 0.60,
        "expected": pytest.approx(7 / 9),
    }  # fmt: skip
    assert found.reproduced_at == pytest.approx(0.06) and found.limit == pytest.approx(0.07)
    above = judge(runs_of(a=WIDE), claim("value", ["a"], reported=0.5))
    assert above.limit == pytest.approx(0.13)


@pytest.mark.parametrize(
    ("kind", "limit", "verdict", "contradicted"),
    [
        ("below", 0.61, "reproduced", None),
        ("below", 0.55, "reproduced in direction", None),  # 7 of 8: the share is from 0.47
        ("below", 0.471, "reproduced in direction", None),  # the median is 0.47
        ("below", 0.47, "not reproduced", False),
        ("below", 0.41, "not reproduced", False),  # 1 of 8
        ("below", 0.39, "not reproduced", True),  # none of 8
        ("above", 0.39, "reproduced", None),
        ("above", 0.41, "reproduced in direction", None),
        ("above", 0.65, "not reproduced", True),
    ],
)
def test_a_bound(kind, limit, verdict, contradicted):
    found = judge(runs_of(a=WIDE), claim(kind, ["a"], limit=limit))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)


@pytest.mark.parametrize(("kept", "verdict"), [(10, "reproduced"), (9, "reproduced"),
                                               (8, "reproduced in direction")])  # fmt: skip
def test_nine_of_ten_show_a_bound_and_eight_do_not(kept, verdict):
    """By hand: 2 · 11 / 1024 is 2.1 %, 2 · 56 / 1024 is 10.9 %."""
    values = [0.4 + n / 1000 for n in range(kept)] + [0.8] * (10 - kept)
    assert judge(runs_of(a=values), claim("below", ["a"], limit=0.5)).verdict == verdict


def test_all_must_keep_to_a_bound():
    runs = runs_of(a=WIDE, b=shifted(0.2))
    found = judge(runs, claim("below", ["a", "b"], limit=0.61))
    assert found.verdict == "not reproduced"
    assert found.values["experiment"] == "b"


def test_each_share_must_be_shown():
    """The median of `b` is the lower one, but one of its runs breaks the bound."""
    spread = [0.1, 0.2, 0.3, 0.4, 0.42, 0.44, 0.45, 0.8]
    runs = runs_of(a=[0.47, 0.471, 0.472, 0.473, 0.474, 0.475], b=spread)
    found = judge(runs, claim("below", ["a", "b"], limit=0.5))
    assert found.verdict == "reproduced in direction"
    assert found.values["experiment"] == "b"


def test_what_a_bound_says():
    """Of those that keep to it, the one that does so least; its own numbers."""
    runs = runs_of(a=WIDE, b=shifted(-0.1))
    found = judge(runs, claim("below", ["a", "b"], limit=0.9))
    assert (found.reason, found.count, found.ours) == ("below", 8, pytest.approx(0.47))
    share_low = pytest.approx(0.025 ** (1 / 8))  # all of eight
    assert found.values == {
        "experiment": "a", "median": pytest.approx(0.47), "limit": 0.9, "kept": 8, "count": 8,
        "share_low": share_low, "share_high": 1,
    }  # fmt: skip
    assert judge(runs, claim("above", ["a", "b"], limit=0.1)).values["experiment"] == "b"


def test_of_several_the_one_that_keeps_least_to_a_bound_decides_its_limits():
    """Medians 0.47 and 0.37; of eight the interval is the range: 0.40 … 0.60 and 0.30 … 0.50."""
    runs = runs_of(a=WIDE, b=shifted(-0.1))
    below = judge(runs, claim("below", ["b", "a"], limit=0.9))
    assert (below.direction_at, below.reproduced_at) == pytest.approx((0.47, 0.60))
    above = judge(runs, claim("above", ["a", "b"], limit=0.1))
    assert (above.direction_at, above.reproduced_at) == pytest.approx((0.37, 0.30))


def test_of_two_that_keep_to_a_bound_as_often_the_nearer_median_is_told():
    runs = runs_of(b=shifted(-0.1), a=WIDE)  # whatever comes first, and whatever its name
    for names in (["a", "b"], ["b", "a"]):
        assert judge(runs, claim("below", names, limit=0.9)).values["experiment"] == "a"


def test_a_limit_of_each_run_is_told_by_its_median_and_taken_by_its_own_run():
    """Runs of `b` come first; the limits of `a` are 0.5 … 0.57, their median 0.535."""
    runs = runs_of(b=shifted(1), a=WIDE)
    runs["noisy"] = [0.1] * 8 + [0.5 + n / 100 for n in range(8)]
    found = judge(runs, claim("below", ["a"], limit="noisy"))
    assert found.limit == found.values["limit"] == pytest.approx(0.535)
    assert found.values["kept"] == 7  # 0.60 is not below 0.57


def test_runs_on_a_bound_neither_keep_to_it_nor_break_it():
    on = judge(runs_of(a=[0.5] * 10), claim("below", ["a"], limit=0.5))
    assert (on.verdict, on.contradicted) == ("not reproduced", False)


def test_a_bound_is_to_be_kept_strictly():
    found = judge(runs_of(a=[0.25, 0.5, 0.75, 0.5, 0.5, 0.5]), claim("below", ["a"], limit=0.5))
    assert (found.verdict, found.contradicted) == ("not reproduced", False)
    assert found.values["kept"] == 1


def test_a_bound_that_is_a_column_is_that_of_each_run():
    runs = runs_of(a=WIDE).assign(noisy=[value + 0.01 for value in WIDE])
    assert judge(runs, claim("below", ["a"], limit="noisy")).verdict == "reproduced"


@pytest.mark.parametrize(
    ("others", "verdict", "contradicted"),
    [
        ({"b": shifted(0.01), "c": shifted(0.2)}, "reproduced", None),
        ({"b": [*shifted(0.01)[:7], 0.2], "c": shifted(0.2)}, "reproduced in direction", None),
        ({"b": shifted(-0.01), "c": shifted(0.2)}, "not reproduced", True),
        ({"b": [*shifted(-0.01)[:7], 0.9], "c": shifted(0.2)}, "not reproduced", False),
    ],
)
def test_lowest(others, verdict, contradicted):
    found = judge(runs_of(a=WIDE, **others), claim("lowest", ["a", "b", "c"]))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)
    assert [pair["other"] for pair in found.values["pairs"]] == ["b", "c"]
    assert found.ours == pytest.approx(found.values["pairs"][0]["difference"])


def test_one_that_is_as_low_is_not_behind():
    found = judge(runs_of(a=WIDE, b=WIDE), claim("lowest", ["a", "b"]))
    assert (found.verdict, found.ours, found.contradicted) == ("not reproduced", 0, False)


def test_what_an_order_says():
    """Each pair with its own interval and its p after Holm's correction (here 2 × 2/256)."""
    runs = runs_of(a=WIDE, b=shifted(0.2), c=[value + n / 100 for n, value in enumerate(WIDE, 1)])
    found = judge(runs, claim("lowest", ["a", "b", "c"]))
    assert (found.reason, found.count, found.values["first"]) == ("lowest", 8, "a")
    b, c = found.values["pairs"]
    assert b.keys() == {"other", "difference", "p", "low", "high"}
    assert b["difference"] == pytest.approx(-0.2) and c["difference"] == pytest.approx(-0.045)
    assert b["p"] == c["p"] == pytest.approx(2 * 2 / 256)
    assert c["low"] < -0.045 < c["high"] < 0
    assert (found.low, found.high) == (b["low"], b["high"]) or found.ours == c["difference"]


def test_the_nearest_rival_is_told():
    """Where all are behind, the one whose p is largest; else the one that is most ahead."""
    runs = runs_of(a=WIDE, b=[*shifted(0.03)[:7], 0.2], c=shifted(0.02), d=shifted(-0.2))
    behind = judge(runs, claim("lowest", ["a", "b", "c"]))
    assert behind.ours == pytest.approx(-0.03)  # b: seven of eight
    ahead = judge(runs, claim("lowest", ["a", "b", "d"]))
    assert ahead.ours == pytest.approx(0.2)


def test_highest_is_the_mirror_image():
    runs = runs_of(a=WIDE, b=shifted(-0.1))
    assert judge(runs, claim("highest", ["a", "b"])).verdict == "reproduced"
    assert judge(runs, claim("highest", ["b", "a"])).verdict == "not reproduced"


@pytest.mark.parametrize(
    ("other", "verdict", "contradicted"),
    [
        (shifted(0.01), "reproduced", None),
        ([0.2, *WIDE[1:]], "reproduced in direction", None),
        (shifted(0.1), "not reproduced", True),
        ([*shifted(0.2)[:6], *WIDE[6:]], "not reproduced", False),
    ],
)
def test_similar(other, verdict, contradicted):
    other = [value + n * 1e-4 for n, value in enumerate(other)]  # no two differences alike
    found = judge(runs_of(a=WIDE, b=other), claim("similar", ["a", "b"], margin=0.03))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)


@pytest.mark.parametrize(
    ("differences", "verdict", "contradicted"),
    [
        ([-0.25, 0.25] * 4, "reproduced", None),  # the margin itself is within
        ([0.25] * 7 + [0.5], "reproduced in direction", None),  # so is a median on it
        ([0.25] + [0.5] * 7, "not reproduced", False),  # an interval that begins on it
        ([-0.25] + [-0.5] * 7, "not reproduced", False),
        ([0.375] + [0.5] * 7, "not reproduced", True),
        ([-0.375] + [-0.5] * 7, "not reproduced", True),
    ],
)
def test_the_margin_belongs_to_what_is_alike(differences, verdict, contradicted):
    runs = runs_of(a=differences, b=[0.0] * 8)
    found = judge(runs, claim("similar", ["a", "b"], margin=0.25))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)


def test_what_a_likeness_says():
    other = [value + n / 1000 for n, value in enumerate(WIDE)]  # 0 … 0.007 more: 0.0035 on average
    found = judge(runs_of(a=WIDE, b=other), claim("similar", ["a", "b"], margin=0.01))
    assert (found.verdict, found.reason, found.count) == ("reproduced", "similar", 8)
    difference = pytest.approx(-0.0035)
    assert found.ours == difference
    assert found.values == {"first": "a", "other": "b", "difference": difference, "margin": 0.01}


@pytest.mark.parametrize("kind", JUDGES)
def test_five_seeds_cannot_judge(kind):
    runs = runs_of(a=WIDE[:5], b=WIDE)
    rest = {"reported": 0.5, "limit": 1, "margin": 1}
    found = judge(runs, claim(kind, ["a", "b"], **rest))
    assert (found.verdict, found.reason, found.count) == ("cannot be judged", "too_few", 5)
    assert found.values == {"count": 5, "failed": 0}


CLOSER = [0.40, 0.42, 0.44, 0.46, 0.48, 0.50, 0.52, 0.54]  # mean 0.47


@pytest.mark.parametrize(
    ("kind", "key", "rest"),
    [
        ("below", "limit", {}),
        ("above", "limit", {}),
        ("similar", "margin", {}),
    ],
)
def test_the_verdict_turns_at_the_limits_that_are_told(kind, key, rest):
    """A little stricter than `reproduced_at` it is not reproduced, a little laxer it is."""
    runs = runs_of(a=CLOSER, b=[value + n / 1000 for n, value in enumerate(CLOSER)])
    names = ["a", "b"] if kind == "similar" else ["a"]
    strict = -1 if kind == "above" else 1

    def verdict(limit):
        return judge(runs, claim(kind, names, **rest, **{key: limit})).verdict

    found = judge(runs, claim(kind, names, **rest, **{key: 0.2}))
    assert found.limit == 0.2
    assert verdict(found.reproduced_at + strict * 1e-6) == "reproduced"
    assert verdict(found.reproduced_at - strict * 1e-6) == "reproduced in direction"
    assert verdict(found.direction_at + strict * 1e-6) == "reproduced in direction"
    assert verdict(found.direction_at - strict * 1e-6) == "not reproduced"


def test_an_order_turns_at_its_p():
    found = judge(runs_of(a=WIDE, b=shifted(0.1)), claim("lowest", ["a", "b"]))
    assert (found.limit, found.direction_at) == (0.05, 0)
    assert found.reproduced_at == pytest.approx(2 / 256)


@pytest.mark.parametrize(
    "one",
    [claim("value", ["a"], reported=0.9), claim("lowest", ["b", "a"])],
)
def test_what_no_limit_would_reproduce(one):
    found = judge(runs_of(a=WIDE, b=shifted(0.1)), one)
    assert found.direction_at is found.reproduced_at is None


def test_what_stands_apart_is_judged_and_not_counted():
    criteria = {
        "values": {"measure": "error"},
        "claims": [ORDER, {**ORDER, "id": "half", "apart": "Half of it."}],
    }
    table = ledger(runs_of(a=WIDE, b=shifted(0.1)), criteria, {}, {})
    stated = table[table["procedure"] == "as stated"].set_index("claim")
    assert stated["verdict"].to_dict() == {"best": "reproduced", "half": "reproduced"}
    assert stated["counted"].to_dict() == {"best": True, "half": False}


def test_what_no_measurement_decides():
    found = judge(runs_of(a=WIDE), {"kind": "judgement", "reason": "Because."})
    assert found.verdict == "cannot be judged"
    assert (found.reason, found.values) == ("judgement", {"reason": "Because."})


def test_runs_that_did_not_complete_are_not_counted():
    runs = runs_of(a=WIDE)
    runs.loc[:2, "status"] = "diverged"
    assert judge(runs, claim("below", ["a"], limit=1)).count == 5


def test_the_ledger_judges_every_claim_twice():
    runs = runs_of(a=WIDE, a_repaired=shifted(-0.1))
    criteria = {"values": {"measure": "error"}, "claims": []}
    table = ledger(runs, criteria, {"a": 0.47}, {})
    assert table["procedure"].tolist() == ["as stated", "repaired"]
    assert table["verdict"].tolist() == ["reproduced", "reproduced"]
    assert table["experiments"].tolist() == ["a", "a-repaired"]
    assert table["part"].tolist() == ["values"] * 2 and table["claim"].tolist() == ["value-a"] * 2
    assert table["kind"].tolist() == ["value"] * 2
    assert table["measure"].tolist() == ["error"] * 2
    assert table["reported"].tolist() == [0.47] * 2


def test_the_ledger_has_its_columns_whatever_it_judges():
    table = ledger(runs_of(a=WIDE), {"values": {"measure": "error"}, "claims": []}, {}, {})
    assert table.empty and list(table.columns) == list(COLUMNS)
    order = {"values": {"measure": "error"}, "claims": [ORDER]}
    found = ledger(runs_of(a=WIDE, b=shifted(0.1)), order, {}, {})
    assert list(found.columns) == list(COLUMNS)
    assert found["experiments"].tolist() == ["a b", "a-repaired b-repaired"]


ORDER = {
    "id": "best", "part": "ii", "kind": "lowest", "measure": "error", "quote": "A is best.",
    "experiments": ["a", "b"],
}  # fmt: skip


def p_of(runs, families):
    criteria = {"values": {"measure": "error"}, "claims": [ORDER]}
    table = ledger(runs, criteria, {}, {}, families)
    return [json.loads(values)["pairs"][0]["p"] for values in table["values"][:1]]


def test_a_p_is_corrected_over_all_pairs_of_the_study():
    """As in the study's table. Six seeds of one sign have p = 2/64: of three tests 6/64."""
    runs = runs_of(a=WIDE[:6], b=shifted(0.1)[:6], c=shifted(0.2)[:6])
    study = {"ii": [("a", "c"), ("b", "a"), ("b", "c")]}
    assert p_of(runs, study) == [pytest.approx(6 / 64)]
    assert p_of(runs, {}) == p_of(runs, {"other": [("a", "c")]}) == [pytest.approx(2 / 64)]


def test_a_study_of_just_these_pairs_is_their_family():
    """Two pairs, as many as the claim names: each p is that of six of one sign, 2/64, twice."""
    runs = runs_of(a=WIDE[:6], b=shifted(0.1)[:6], c=shifted(0.2)[:6])
    just = [("a", "b"), ("a", "c")]
    found = judge(
        runs, claim("lowest", ["a", "b", "c"], family=_family(["a", "b", "c"], {"s": just}))
    )
    assert found.values["pairs"][0]["p"] == pytest.approx(4 / 64)
    assert _family(["a", "b"], {"s": [("b", "a")]}) == [("b", "a")]
    assert _family(["a", "b"], {}) == [("a", "b")] and _family([], {}) == []


def test_pairs_that_no_seed_completed_are_not_counted():
    runs = runs_of(a=WIDE[:6], b=shifted(0.1)[:6])
    assert p_of(runs, {"ii": [("a", "b"), ("a", "missing")]}) == [pytest.approx(2 / 64)]


def test_a_quote_in_two_languages_is_the_first_in_the_ledger():
    one = {
        "id": "x",
        "part": "one",
        "kind": "judgement",
        "reason": "r",
        "quote": {"zh": "甲", "en": "A"},
    }
    criteria = {"values": {"measure": "error"}, "claims": [one]}
    assert ledger(runs_of(a=WIDE), criteria, {}, {})["quote"].tolist() == ["甲", "甲"]


def test_a_twin_may_have_any_name():
    runs = runs_of(a=WIDE, a_sigmoid=shifted(-0.1))
    criteria = {"values": {"measure": "error"}, "claims": []}
    table = ledger(runs, criteria, {"a": 0.47}, {"a": "a-sigmoid"})
    assert table["experiments"].tolist() == ["a", "a-sigmoid"]
    assert table["count"].tolist() == [8, 8]
    none = ledger(runs, criteria, {"a": 0.47}, {})  # not trained: it cannot be judged
    assert none["verdict"].tolist() == ["reproduced", "cannot be judged"]


# --- the write-up's own ---


def test_every_criterion_can_be_judged(config):
    claims = CRITERIA["claims"]
    assert len({one["id"] for one in claims}) == len(claims) >= 14
    for one in claims:
        assert one["quote"]
        assert one["kind"] in {*JUDGES, "judgement"}
        assert set(one.get("experiments", [])) <= set(config["experiments"])
        for column in (one.get("measure"), one.get("limit")):
            assert not isinstance(column, str) or column in RUN_COLUMNS
        needs = {"similar": "margin", "below": "limit", "above": "limit", "judgement": "reason"}
        assert needs.get(one["kind"], "id") in one
