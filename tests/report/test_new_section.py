"""A person adds a section with a table, a figure and words in one file."""

import os
import re
import shutil
import subprocess
import sys

import pandas as pd
from conftest import ROOT
from made import plan, trained, write

SECTION = (ROOT / "tests" / "additions" / "patience.py").read_text(encoding="utf-8")


def run(folder, *command):
    environment = {**os.environ, "PYTHONPATH": str(folder / "workflow" / "scripts")}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, check=True, capture_output=True,
        text=True,
    ).stdout  # fmt: skip


MAKE = """
import sys
from pathlib import Path
from denoising.declare import Inputs, function
from denoising.figures.style import save
from denoising.report.sections import sections

results = Path(sys.argv[1])
section = sections()["patience"]
assert section.chapter == 6
for table in section.tables:
    function(table.compute)(Inputs(results)).to_csv(results / "tables" / f"{table.name}.csv", index=False)
for figure in section.figures:
    drawn = function(figure.draw)(Inputs(results))
    save(drawn, [results / "figures" / f"6.1.{suffix}" for suffix in ("svg", "csv")])
"""


def test_a_section_with_table_figure_and_words_is_one_file(tmp_path):
    for part in ("workflow", "report", "config", "CITATION.cff"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    sections = tmp_path / "workflow" / "scripts" / "denoising" / "report" / "sections"
    (sections / "patience.py").write_text(SECTION, encoding="utf-8")
    results = tmp_path / "results"
    about = plan(
        {n: {"settings": trained()} for n in "ab"}, {"s": {"title": "S", "experiments": ["a", "b"]}}
    )
    about["tables"] = [*about["tables"], "longest"]
    about["figures"].append(
        {
            "number": "6.1",
            "name": "bars",
            "section": "patience",
            "study": None,
            "experiments": ["a"],
        }
    )
    write(results, about)
    run(tmp_path, "-c", MAKE, "results")
    (results / "source.json").write_text('{"dataset": "mnist", "source": "here", "sha256": {}}')
    run(
        tmp_path, "workflow/scripts/render_report.py", "--plan", "results/plan.json", "--results", "results",
        "--sources", "results/source.json",
        "--citation", "CITATION.cff", "--report", "report", "--output", "results/report.html",
        "results/report-details.html", "results/report.md",
    )  # fmt: skip
    html = (results / "report-details.html").read_text(encoding="utf-8")
    body, _, data = html.partition('<script type="application/json"')
    assert '<section id="patience">' in body
    assert '<a href="#patience"><span lang="en">Patience</span>' in body
    assert "Of 2 experiments." in body and "2 个实验。" in body
    assert '<tspan lang="zh-Hans">最长</tspan>' not in body  # no legend was drawn
    number = re.search(r'id="table-longest"><span><b><span lang="en">Table (\d+)', body)[1]
    assert f'id="table-runs"><span><b><span lang="en">Table {int(number) + 2}' in body
    assert 'id="figure-6.1"' in body
    assert '"longest":{"columns":["experiment","train_seconds"]' in data
    assert pd.read_csv(results / "tables" / "longest.csv").shape == (2, 2)


def test_declarations_are_light():
    """The Snakefile reads them: nothing that computes is imported."""
    heavy = run(
        ROOT, "-c",
        "import sys; from denoising.report.sections import sections; sections();"
        "print(*sorted({'pandas', 'scipy', 'matplotlib', 'keras', 'numpy', 'PIL'} & set(sys.modules)))",
    ).split()  # fmt: skip
    assert heavy == []
