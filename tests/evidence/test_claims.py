import pandas as pd
import pytest
from conftest import ROOT

from denoising.config.read import read_yaml
from denoising.evidence.claims import JUDGES, judge, ledger
from denoising.evidence.runs import RUN_COLUMNS

CRITERIA = read_yaml(ROOT / "config" / "claims.yaml")
WIDE = [0.40, 0.42, 0.44, 0.46, 0.48, 0.50, 0.52, 0.60]  # mean 0.4775


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


@pytest.mark.parametrize(
    ("reported", "verdict", "contradicted"),
    [
        (0.47, "reproduced", None),
        (0.41, "reproduced in direction", None),  # within the range, too far from the mean
        (0.39, "not reproduced", False),
        (0.61, "not reproduced", False),
        # SD 0.0636, t = 2.365 with 7 degrees of freedom: one more run lies within ±0.160
        (0.63, "not reproduced", False),
        (0.64, "not reproduced", True),
    ],
)
def test_a_reported_value(reported, verdict, contradicted):
    found = judge(runs_of(a=WIDE), claim("value", ["a"], reported=reported, tolerance=0.05))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)
    assert found.ours == pytest.approx(0.4775)
    assert found.low < 0.4775 < found.high


@pytest.mark.parametrize(
    ("kind", "limit", "verdict", "contradicted"),
    [
        ("below", 0.55, "reproduced", None),
        ("below", 0.48, "reproduced in direction", None),
        ("below", 0.47, "not reproduced", False),  # the interval reaches below it
        ("below", 0.40, "not reproduced", True),
        ("above", 0.40, "reproduced", None),
        ("above", 0.475, "reproduced in direction", None),
        ("above", 0.55, "not reproduced", True),
    ],
)
def test_a_bound(kind, limit, verdict, contradicted):
    found = judge(runs_of(a=WIDE), claim(kind, ["a"], limit=limit))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)


def test_all_must_keep_to_a_bound():
    runs = runs_of(a=WIDE, b=shifted(0.2))
    found = judge(runs, claim("below", ["a", "b"], limit=0.55))
    assert found.verdict == "not reproduced"
    assert found.values["experiment"] == "b"


def test_each_interval_must_keep_to_a_bound():
    """The mean of `b` is the lower one, but its interval is not."""
    spread = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]  # mean 0.45
    runs = runs_of(a=[0.47, 0.471, 0.472, 0.473, 0.474, 0.475], b=spread)
    found = judge(runs, claim("below", ["a", "b"], limit=0.5))
    assert found.verdict == "reproduced in direction"
    assert found.values["experiment"] == "b"


def test_a_bound_that_is_a_column():
    runs = runs_of(a=WIDE).assign(noisy=1.1)
    assert judge(runs, claim("below", ["a"], limit="noisy")).verdict == "reproduced"


@pytest.mark.parametrize(
    ("others", "verdict", "contradicted"),
    [
        ({"b": shifted(0.01), "c": shifted(0.2)}, "reproduced", None),
        ({"b": [0.9, *WIDE[1:]], "c": shifted(0.2)}, "reproduced in direction", None),
        ({"b": shifted(-0.01), "c": shifted(0.2)}, "not reproduced", True),
        ({"b": [0.2, *WIDE[1:]], "c": shifted(0.2)}, "not reproduced", False),
    ],
)
def test_lowest(others, verdict, contradicted):
    found = judge(runs_of(a=WIDE, **others), claim("lowest", ["a", "b", "c"]))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)
    assert [pair["other"] for pair in found.values["pairs"]] == ["b", "c"]
    assert found.ours == pytest.approx(found.values["pairs"][0]["difference"])


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
        ([*shifted(0.2)[:3], *WIDE[3:]], "not reproduced", False),
    ],
)
def test_similar(other, verdict, contradicted):
    other = [value + n * 1e-4 for n, value in enumerate(other)]  # no two differences alike
    found = judge(runs_of(a=WIDE, b=other), claim("similar", ["a", "b"], margin=0.03))
    assert (found.verdict, found.contradicted) == (verdict, contradicted)


@pytest.mark.parametrize("kind", JUDGES)
def test_five_seeds_cannot_judge(kind):
    runs = runs_of(a=WIDE[:5], b=WIDE)
    rest = {"reported": 0.5, "tolerance": 1, "limit": 1, "margin": 1}
    found = judge(runs, claim(kind, ["a", "b"], **rest))
    assert (found.verdict, found.reason, found.count) == ("cannot be judged", "too_few", 5)
    assert found.values["failed"] == 0


def test_what_no_measurement_decides():
    found = judge(runs_of(a=WIDE), {"kind": "judgement", "reason": "Because."})
    assert found.verdict == "cannot be judged"
    assert found.values == {"reason": "Because."}


def test_runs_that_did_not_complete_are_not_counted():
    runs = runs_of(a=WIDE)
    runs.loc[:2, "status"] = "diverged"
    assert judge(runs, claim("below", ["a"], limit=1)).count == 5


def test_the_ledger_judges_every_claim_twice():
    runs = runs_of(a=WIDE, a_repaired=shifted(-0.1))
    criteria = {"values": {"measure": "error", "tolerance": 0.05}, "claims": []}
    table = ledger(runs, criteria, {"a": 0.47}, {})
    assert table["procedure"].tolist() == ["as stated", "repaired"]
    assert table["verdict"].tolist() == ["reproduced", "reproduced in direction"]
    assert table["experiments"].tolist() == ["a", "a-repaired"]


def test_a_twin_may_have_any_name():
    runs = runs_of(a=WIDE, a_sigmoid=shifted(-0.1))
    criteria = {"values": {"measure": "error", "tolerance": 0.05}, "claims": []}
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
