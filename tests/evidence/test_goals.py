import pandas as pd
import pytest

from denoising.evidence.goals import goals_table

RUNS = pd.DataFrame(
    [
        ["short", 0, "completed", 0.40, 9.0],
        ["short", 1, "completed", 0.38, 11.0],
        ["long", 0, "completed", 0.30, 100.0],
        ["long", 1, "completed", 0.32, 102.0],
        ["long", 2, "diverged", None, 101.0],
        ["other", 0, "completed", 0.01, 1.0],
        ["untrained", 0, "completed", 0.2, None],
    ],
    columns=["experiment", "seed", "status", "relative_error", "cost_seconds"],
)


def found(*goals):
    asked = [{"error": error, "seconds": seconds} for error, seconds in goals]
    about = {"experiments": ["short", "long", "untrained"], "goals": asked}
    return goals_table(RUNS, {"f": about}).to_dict("records")


def test_the_best_of_what_costs_no_more():
    cheap, dear = found((0.395, 60), (0.31, 101))
    assert (cheap["experiment"], cheap["ours"], cheap["spent"]) == (
        "short",
        pytest.approx(0.39),
        10,
    )
    assert (dear["experiment"], dear["ours"], dear["runs"]) == ("long", pytest.approx(0.31), 2)
    assert [cheap["reached"], dear["reached"]] == [True, True]


def test_a_goal_is_missed_by_the_mean():
    missed, too_dear = found((0.3099, 101), (0.31, 100))
    assert missed["experiment"] == "long" and not missed["reached"]
    assert too_dear["experiment"] == "short" and not too_dear["reached"]


def test_nothing_costs_so_little():
    [none] = found((0.5, 9.9))
    assert (
        none["finished"] == 4
        and none["experiment"] is None
        and not none["reached"]
        and none["study"] == "f"
    )
