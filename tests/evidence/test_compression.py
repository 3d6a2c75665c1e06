import pandas as pd
import pytest

from denoising.evidence.compression import compression_table, smallest_codes

RUNS = pd.DataFrame(
    {
        "experiment": ["a", "a", "b", "b"], "seed": [0, 1, 0, 1], "status": "completed",
        "code_elements": [392, 392, 98, 98], "input_elements": 784,
    }
)  # fmt: skip


def errors(value):
    """All meanings alike, but for every image: 0.2 more. With 2 bits all are 0.1 worse."""
    rows = [(32, value), (2, value + 0.1)]
    return pd.DataFrame(
        [{"bits": b, "first": v, "all": v, "most": v, "every": v + 0.2} for b, v in rows]
    )


STUDY = {"iv": {"experiments": ["a", "b"], "error_limit": 0.5}}
STORED = {
    ("a", 0): errors(0.2),
    ("a", 1): errors(0.4),
    ("b", 0): errors(0.44),
    ("b", 1): errors(0.48),
}


def test_ratios_and_means_by_hand():
    table = compression_table(RUNS, STORED, STUDY).set_index(["experiment", "bits"])
    assert table.loc[("a", 32), "elements_ratio"] == 0.5
    assert table.loc[("a", 32), "bits_ratio"] == 2  # half the numbers, of four times the bits
    assert table.loc[("b", 2), "bits_ratio"] == pytest.approx(98 * 2 / (784 * 8))
    assert table.loc[("a", 32), "all"] == pytest.approx(0.3)
    assert table.loc[("a", 2), "first_under"] == 1  # 0.3 and 0.5
    assert table.loc[("b", 2), "first_under"] == 0


def test_the_smallest_code_under_a_limit():
    table = compression_table(RUNS, STORED, STUDY)
    found = smallest_codes(table, STUDY).set_index(["meaning", "bits"])
    assert found.loc[("all", "32"), "experiment"] == "b"  # 0.46
    assert found.loc[("all", "fewest"), ["experiment", "word"]].tolist() == ["a", 2]  # b: 0.56
    assert pd.isna(found.loc[("every", "32"), "experiment"])  # a: 0.5, b: 0.66
    assert found.loc[("all", "32"), ["under", "runs"]].tolist() == [2, 2]


def test_of_codes_of_equal_size_the_one_with_less_error_is_named():
    stored = {
        ("a", 0): errors(0.4),
        ("a", 1): errors(0.4),
        ("b", 0): errors(0.3),
        ("b", 1): errors(0.3),
    }
    table = compression_table(RUNS.assign(code_elements=98), stored, STUDY)
    found = smallest_codes(table, STUDY).set_index(["meaning", "bits"])
    assert found.loc[("all", "32"), ["experiment", "error"]].tolist() == ["b", 0.3]


def test_runs_that_did_not_complete_are_left_out():
    runs = RUNS.assign(status=["completed", "dead", "diverged", "diverged"])
    table = compression_table(runs, STORED, STUDY)
    assert set(table["experiment"]) == {"a"}
    assert table["runs"].tolist() == [1, 1]


def test_nothing_to_compress():
    table = compression_table(RUNS, {}, {})
    assert table.empty
    assert smallest_codes(table, {}).empty
    assert smallest_codes(table, STUDY).empty  # a study none of whose runs is finished


def test_two_studies_with_limits_of_their_own_share_an_experiment():
    strict = {"v": {"experiments": ["a"], "error_limit": 0.35}, **STUDY}
    table = compression_table(RUNS, STORED, strict)
    rows = table[table["bits"] == 32].set_index(["study", "experiment"])
    assert rows["all_under"].to_dict() == {("v", "a"): 1, ("iv", "a"): 2, ("iv", "b"): 2}
    assert rows.loc[("v", "a"), "all"] == rows.loc[("iv", "a"), "all"]
    best = smallest_codes(table, strict).set_index(["study", "meaning", "bits"])
    assert best.loc[("v", "all", "32"), ["experiment", "under", "runs"]].tolist() == ["a", 1, 2]
    assert best.loc[("iv", "all", "32"), "experiment"] == "b"
