import pandas as pd
from denoising.report.embedded import middle_runs


def test_the_run_in_the_middle():
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "a", "b", "b", "c"], "status": [*["completed"] * 4, "dead", "dead"],
         "relative_error_first10": [0.9, 0.3, 0.5, 0.4, 0.1, 1.0]}
    )  # fmt: skip
    assert middle_runs(runs) == {"a": 2, "b": 3, "c": 5}
    two = runs[runs["experiment"] == "a"].drop(index=2)
    assert middle_runs(two) == {"a": 1}  # the lower of two
