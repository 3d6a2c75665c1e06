import pandas as pd
import pytest

from denoising.evidence.transfer import transfers_table

ABOUT = {"method": "autoencoder", "trained": "mnist", "tested": "clothes"}


def test_a_cell_is_the_mean_over_completed_runs():
    runs = pd.DataFrame(
        {
            "experiment": ["moved", "moved", "moved", "other"], "seed": [0, 1, 2, 0],
            "status": ["completed", "completed", "diverged", "completed"],
            "relative_error": [0.4, 0.6, None, 0.1], "relative_error_noisy": [0.9, 0.9, 0.9, 1.0],
        }
    )  # fmt: skip
    found = transfers_table(runs, {"data": {"members": {"moved": ABOUT, "missing": ABOUT}}})
    assert found["experiment"].to_list() == ["moved", "missing"]
    assert found.loc[0, ["study", "runs", "mean", "noisy"]].to_list() == ["data", 2, 0.5, 0.9]
    assert found.loc[0, "low"] < 0.5 < found.loc[0, "high"]
    assert found.loc[1, "runs"] == 0 and pd.isna(found.loc[1, "mean"])
    assert found.loc[0, "tested"] == "clothes"
    assert found.loc[0, "mean"] == pytest.approx(0.5)
