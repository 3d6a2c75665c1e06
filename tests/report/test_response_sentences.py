"""What a study says that follows one quantity with several lines."""

import pytest
from conftest import ROOT
from made import _read, gaussian, method, plan, write

from denoising.report.parts.response import ends

SETTINGS = {
    f"{lent}-{level}": {
        "title": f"{lent} at {level}",
        "settings": {**method("pretrained", noise=gaussian(level)), "model": {}},
    }
    for lent in ("narrow", "wide")
    for level in (0.1, 0.5, 1.0)
}
LENDERS = {
    name: {"title": name.title(), "settings": method("median-filter")}
    for name in ("narrow", "wide")
}


@pytest.fixture
def results(tmp_path):
    def made(**about):
        lent = about.pop("lent", False)
        every = SETTINGS if lent else {**LENDERS, **SETTINGS}
        for name, one in SETTINGS.items():
            one["settings"]["method"] = {"name": "pretrained", "experiment": name.split("-")[0]}
        study = {"title": "Levels", "experiments": list(SETTINGS), **about}
        whole = plan(every, {"levels": study})
        if lent:
            whole["lenders"] = {name: one["title"] for name, one in LENDERS.items()}
        errors = {
            "narrow-0.1": 0.1, "narrow-0.5": 0.2, "narrow-1.0": 0.6,
            "wide-0.1": 0.2, "wide-0.5": 0.25, "wide-1.0": 0.5,
        }  # fmt: skip
        folder = tmp_path / "results"
        write(folder, whole, errors)
        return _read(folder, whole, ROOT / "report")[0]

    return made


@pytest.mark.parametrize("lent", [False, True])  # whose models are in no study of the page
def test_the_best_at_either_end_is_told(results, lent):
    about = {"against": "noise.level", "lines": "method.experiment", "lent": lent}
    name, [said] = ends(results(**about), "levels")
    assert (name, said.key) == ("wide-1.0", "response.ends")
    values = {
        **said.values,
        "best": str(said.values["best"]["en"]),
        "other": str(said.values["other"]["en"]),
    }
    assert values == {
        "most": 1.0, "best": "Wide", "error": pytest.approx(0.51),  # made: 0.01 more over all images
        "least": 0.1, "other": "Narrow", "lower": pytest.approx(0.11),
    }  # fmt: skip


@pytest.mark.parametrize(
    "about",
    [{}, {"against": "noise.level"}, {"against": "noise.level", "lines": "sweep"},
     {"against": "method.size", "lines": "method.experiment"}],
)  # fmt: skip
def test_without_lines_along_a_quantity_nothing_is_said(results, about):
    assert ends(results(**about), "levels") is None
