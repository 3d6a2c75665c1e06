import pandas as pd

from denoising.report.sections.claims import evidence, table_names

FIGURES = [{"number": "2.2.1"}, {"number": "2.2.3"}]
STUDIES = [
    {"name": "i", "comparisons": [], "alternatives": [], "figures": []},
    {"name": "ii", "comparisons": [{}], "alternatives": [], "figures": FIGURES},
    {"name": "repairs", "comparisons": [{}], "alternatives": [{}], "figures": []},
]


def test_tables_stand_in_the_order_of_the_page():
    names = table_names(STUDIES)
    assert names[:5] == ["eight", "study-i", "study-ii", "comparisons-ii", "study-repairs"]
    assert names[5:7] == ["comparisons-repairs", "alternatives-repairs"]
    assert len(names) == len(set(names))


def test_the_tables_and_the_figure_behind_a_claim():
    ledger = pd.DataFrame(
        [
            {"claim": "value-sgd", "part": "values", "kind": "value"},
            {"claim": "best", "part": "ii", "kind": "lowest", "measure": "relative_error"},
            {"claim": "smooth", "part": "ii", "kind": "lowest", "measure": "roughness"},
            {"claim": "similar", "part": "ii", "kind": "similar", "measure": "of no table"},
            {"claim": "noise", "part": "ii", "kind": "below"},
            {"claim": "lossy", "part": "one", "kind": "judgement"},
        ]
    )
    numbers = {name: n for n, name in enumerate(table_names(STUDIES), start=1)}
    links = evidence(ledger, STUDIES, numbers)
    assert links["value-sgd"] == [{"kind": "table", "name": "eight", "number": 1}]
    assert [link["name"] for link in links["best"]] == ["comparisons-ii", "2.2.3"]
    assert [link["name"] for link in links["smooth"]] == ["runs", "2.2.3"]
    assert [link["name"] for link in links["similar"]] == ["2.2.3"]  # no table holds its measure
    assert [link["name"] for link in links["noise"]] == ["study-ii", "2.2.3"]
    assert links["lossy"] == []
