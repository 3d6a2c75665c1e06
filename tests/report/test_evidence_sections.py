"""Sections that stand where there are runs enough: statistics, forms, fresh seeds, sources."""

import re

import numpy as np
import pandas as pd
import pytest
from made import TABLES, page, plan, trained, write
from test_page import said

from denoising.evidence.components import COLUMNS as COMPONENTS
from denoising.evidence.components import components_table
from denoising.evidence.confirm import confirmed_table, criteria, runs_table
from denoising.evidence.coverage import coverage_table, mixtures, power_table
from denoising.evidence.foretell import COLUMNS as FORETOLD
from denoising.evidence.forms import corrections_table, forms_table, known
from denoising.evidence.interventions import COLUMNS as INTERVENTIONS

REPORTED = {"a": 0.4, "b": 0.5}
OURS = [
    "coverage", "power", "law_forms", "law_corrections", "confirmed", "foretold", "components",
    "interventions",
]  # fmt: skip


def runs_of(name, live):
    rng = np.random.default_rng(0)
    dead = np.array([0, 0, 1, 2, 0, 4, 0, 3])
    live = live + rng.normal(0, 0.003, 8)
    share = dead / 16
    return pd.DataFrame(
        {
            "experiment": name, "seed": range(8), "status": "completed", "positions": 16,
            "dead_positions": dead, "live_error": live,
            "relative_error": np.sqrt(share + (1 - share) * live**2), "relative_error_sd": 0.05,
            "dead_after_first_epoch": dead, "revived": 0, "died_later": 0,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence") / "results"
    about = plan(
        {
            n: {"settings": trained(), "reported": r, "title": n.upper()}
            for n, r in REPORTED.items()
        },
        {"s": {"title": "S", "experiments": ["a", "b"]}},
        criteria_date="2026-11-30",
    )
    about["tables"] = [*TABLES, *OURS]
    about["claims"] = {**about["claims"], "claims": []}
    write(folder, about)
    runs = pd.concat([runs_of("a", 0.3), runs_of("b", 0.4)])
    own, found = known(runs, REPORTED), mixtures(runs, REPORTED)
    crossed = pd.DataFrame({"noise": [0, 0, 1, 1], "order": [0, 1, 0, 1]})
    tables = {
        "coverage": coverage_table(found), "power": power_table(found),
        "law_forms": forms_table(own), "law_corrections": corrections_table(own),
        "confirmed": confirmed_table(runs_table(runs, criteria(own))),
        "foretold": pd.DataFrame(columns=FORETOLD),
        "components": components_table(crossed, [0, 2, 4, 6.1]).assign(
            study="s", measure="dead_positions")[COMPONENTS],
        "interventions": pd.DataFrame(
            [["b", 0, "silenced", 16, 0, 1, 1, 1, 1, 0, 0.45, 0.40, 0.46],
             ["b", 1, "silenced", 16, 0, 1, 0, 1, 0, 0, 0.39, 0.40, 0.40]],
            columns=INTERVENTIONS),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False)
    html = page(folder, about)[1]
    return {language: said(html, language) for language in ("en", "zh")}


def test_what_the_statistics_are_worth_is_shown(text):
    assert "What the statistics are worth" in text["en"] and "这些统计有多可靠" in text["zh"]
    assert "How often intervals of nominal 95 % hold the true value" in text["en"]
    assert "10 seeds, 3 pairs" in text["en"]


def test_the_law_stands_beside_other_forms(text):
    assert "The law beside other forms" in text["en"] and "规律与其他形式" in text["zh"]
    for name in ("the law, corrected", "line in k", "line of error² in k"):
        assert name in text["en"]


def test_both_dates_of_a_confirmation_are_there(text):
    assert "written down on 2026-11-30" in text["en"] and "写定于 2026-11-30" in text["zh"]
    assert re.search(r"All\s*16/16", text["en"]) and "not refuted" in text["en"]


def test_sources_of_chance(text):
    assert "Noise, weights, order or images?" in text["en"]
    assert "噪声、权重、次序，还是图像？" in text["zh"]
    assert re.search(r"dead positions\s*order of the images\s*2\s*4", text["en"])


def test_changed_networks_stand_with_what_the_law_says(text):
    assert "Positions silenced and revived" in text["en"] and "关闭与复活位置" in text["zh"]
    # moved by 0.05 and −0.01, by the law 0.06 and 0; one of two stayed silent, both moved
    assert re.search(r"B\s*2\s*1/2\s*0\.0\s*0\.5\s*\+0\.0200\s*\+0\.0300", text["en"])
    assert re.search(r"0\.0100\s*1/2", text["en"])


def test_without_these_tables_there_are_no_such_sections(tmp_path):
    about = plan(
        {"a": {"settings": trained(), "reported": 0.4}}, {"s": {"title": "S", "experiments": ["a"]}}
    )
    about["claims"] = {**about["claims"], "claims": []}
    write(tmp_path / "results", about)
    text = said(page(tmp_path / "results", about)[1])
    for heading in ("What the statistics are worth", "The law on fresh seeds", "or order?"):
        assert heading not in text
