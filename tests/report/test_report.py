import pandas as pd
import pytest
from conftest import EXPERIMENTS, ROOT, runs, table_of

from denoising.config.read import read_yaml
from denoising.evidence.experiments import experiment_table
from denoising.evidence.replicates import experiments_table
from denoising.files import columns_and_rows
from denoising.report.facts import bibtex


def test_averages_over_seeds_leave_failed_runs_out_and_count_them():
    table = table_of(a=[0.5, 0.7, None], b=[0.3])
    assert table.loc["a", "ours"] == pytest.approx(0.6)
    assert table.loc["a", "difference"] == pytest.approx(0.1)
    assert (table.loc["a", "seeds"], table.loc["a", "failed"]) == (3, 1)
    assert table.loc["b", "difference"] == pytest.approx(-0.1)


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
