import pandas as pd

from denoising.report.sections import sections
from denoising.report.sentences.claims import evidence

FIGURES = {"ii": [{"number": "2.2.1"}, {"number": "2.2.3"}]}


def test_sections_stand_in_the_order_of_the_page():
    names = list(sections())
    assert names[:3] == ["answers", "lesson", "tasks"]
    assert names[5:9] == ["summary", "background", "method", "studies"]
    assert names[-1] == "cite"


def test_chapters_belong_to_one_section_each():
    chapters = {name: one.chapter for name, one in sections().items() if one.chapter}
    assert chapters == {"background": 1, "studies": 2, "lattice": 3, "images": 4, "compression": 5}


def test_the_table_and_the_figure_behind_a_claim():
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
    links = evidence(ledger, FIGURES)
    assert links["value-sgd"] == [{"kind": "table", "name": "summary"}]
    assert [link["name"] for link in links["best"]] == ["comparisons-ii", "2.2.3"]
    assert [link["name"] for link in links["smooth"]] == ["runs", "2.2.3"]
    assert [link["name"] for link in links["similar"]] == ["2.2.3"]  # no table holds its measure
    assert [link["name"] for link in links["noise"]] == ["study-ii", "2.2.3"]
    assert [link["name"] for link in links["lossy"]] == ["study-one"]  # the page has no such table
