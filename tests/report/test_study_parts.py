"""What the part of a study says of models far from home, of tuning, and of many experiments."""

import pandas as pd
import pytest
from made import gaussian, method, page, plan, trained, write
from test_page import said

from denoising.evidence.floor import COLUMNS as FLOOR_COLUMNS
from denoising.evidence.goals import COLUMNS as GOAL_COLUMNS
from denoising.evidence.transfer import transfers_table
from denoising.evidence.tuning import CHOSEN_COLUMNS
from denoising.report.parts.transfer import sentences

MANY = {f"s-{n}": {"title": f"S {n}", "settings": trained()} for n in range(31)}
EXPERIMENTS = {
    "digits": {"title": "Digits", "settings": trained()},
    "moved": {"title": "Moved", "settings": {**method("pretrained", "fashion-mnist"), "model": {}}},
    "linear": {"title": "Linear", "settings": method("linear-map", noise=gaussian(0.2))},
    **MANY,
}
STUDIES = {
    "data": {"title": "Data", "experiments": ["digits", "moved", "linear"]},
    "tuned": {"title": "Tuned", "experiments": list(MANY)},
}
SPECKLE = '{"kind": "speckle", "level": 0.5}'
TRANSFERS = {
    "data": {
        "members": {
            "digits": {"method": "autoencoder", "trained": "mnist", "tested": "mnist"},
            "moved": {"method": "autoencoder", "trained": "mnist", "tested": SPECKLE},
            "linear": {"method": "median-filter", "trained": "same", "tested": "mnist"},
        }
    }
}
GOALS = {"data": {"experiments": ["digits"], "goals": []}}
SWEEPS = {
    "tuned": {
        "sgd": {"title": {"en": "Descent", "zh": "下降"}, "members": {}},
        "adam": {"title": "Adam", "members": {}},
    }
}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts") / "results"
    about = plan(EXPERIMENTS, STUDIES, transfers=TRANSFERS, sweeps=SWEEPS, goals=GOALS)
    about["measures"]["held_out_error"] = {
        **about["measures"]["psnr"],
        "head": {"en": "Held out", "zh": "留出"},
    }
    write(folder, about, {"digits": 0.25, "moved": 1.25, "linear": 0.5})
    runs = pd.read_csv(folder / "tables" / "runs.csv")
    runs["relative_error_noisy"] = 1.1
    transfers_table(runs, TRANSFERS).to_csv(folder / "tables" / "transfers.csv", index=False)
    chosen = [
        ["tuned", "sgd", 24, 3, "s-1", 0.41, 0.43, "optimizer.learning_rate = 0.1"],
        ["tuned", "adam", 24, 0, "s-2", 0.36, 0.38, "optimizer.learning_rate = 0.001"],
    ]
    table = pd.DataFrame(chosen, columns=CHOSEN_COLUMNS)
    table.to_csv(folder / "tables" / "chosen_settings.csv", index=False)
    goals = [
        ["data", 0.3, 30.0, 3, "digits", 3, 0.251, 0.24, 0.26, 21.4, True],
        ["data", 0.2, 300.0, 3, "digits", 3, 0.251, 0.24, 0.26, 21.4, False],
        ["data", 0.2, 2.0, 3, None, None, None, None, None, None, False],
    ]
    goals.append(["data", 0.1, 2.0, 0, *[None] * 6, False])
    table = pd.DataFrame(goals, columns=GOAL_COLUMNS)
    table.to_csv(folder / "tables" / "goals.csv", index=False)
    floor = pd.DataFrame(
        [["data", 5, 0.2412, 0.21, 0.25, 0.4, 0.003, 0.251]], columns=FLOOR_COLUMNS
    )
    floor.to_csv(folder / "tables" / "floor.csv", index=False)
    html = page(folder, about)[1]
    return {language: said(html, language) for language in ("en", "zh")}


def test_the_matrix_of_what_was_trained_and_what_it_is_tried_on(text):
    english = text["en"]
    assert "Of 1 trial on something else than a model was trained on, 1 ends no better" in english
    assert "MethodTrained onmnistspeckle 0.5" in english
    assert "autoencodermnist0.2601.260" in english
    assert "Median filterwhat it is tried on0.510–" in english
    assert "nothing (the noisy images)–1.1001.100" in english
    assert "把模型用于训练以外的对象，共 1 次，其中 1 次" in text["zh"]


def away(excess, worse, *, pairs=6, tested="clothes", p_holm=0.01):
    """A stranger on clothes, beside who is at home there."""
    return {
        "trained": "mnist", "tested": tested, "error": 0.5, "noisy": 0.4, "home": "clothes",
        "pairs": pairs, "worse": worse, "excess": excess, "p_holm": p_holm,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([away(0.1, 6), away(0.2, 6)], ["worse", "home", "shown", "specific"]),
        ([away(0.1, 5), away(0.2, 6)], ["worse", "home", "shown", "not_specific"]),
        ([away(0.1, 3, pairs=3)], ["worse", "home", "few", "specific"]),
        ([away(0.1, 6, tested=SPECKLE)], ["worse", "home", "shown"]),
        ([{**away(0.1, 6), "pairs": None}], ["worse"]),
    ],
)
def test_models_are_specific_if_all_strangers_are_worse_in_every_seed(rows, said):
    found = sentences(pd.DataFrame(rows))
    assert [one.key.removeprefix("transfer.") for one in found] == said


def test_how_much_worse_strangers_are():
    _, home, shown, _ = sentences(pd.DataFrame([away(0.1, 5), away(0.2, 6, p_holm=0.06)]))
    assert home.values == {"all": 2, "always": 1, "least": 0.1, "most": 0.2}
    assert shown.values == {"all": 2, "shown": 1}


def test_each_goal_is_reached_or_missed_by_so_much(text):
    said = "Digits takes 21 s and ends at 0.251 in the median (0.240 … 0.260, 3 seeds)."
    assert f"An error of at most 0.300 within 30 s: reached. {said}" in text["en"]
    assert f"An error of at most 0.200 within 300 s: not reached, by 0.051. {said}" in text["en"]
    assert "An error of at most 0.200 within 2 s: no training is that short." in text["en"]
    assert "An error of at most 0.100 within 2 s: no training has finished yet." in text["en"]
    assert "300 秒之内误差不高于 0.200：未达到，差 0.051。" in text["zh"]
    assert "ends at 0.241 (0.210 to 0.250 when one of them is left out)" in text["en"]
    assert "只能到 0.241（去掉其中任意一个，则在 0.210 与 0.250 之间）" in text["zh"]
    assert text["en"].count("within 30 s: reached") == 2  # in the summary, and in the study


def test_the_best_settings_of_each_sweep(text):
    assert "The least held-out error is 0.360, of Adam, the best of 24 settings" in text["en"]
    assert "The largest of the best ones is 0.410, of Descent." in text["en"]
    assert "误差最大的是下降：0.410" in text["zh"]


def test_of_many_experiments_the_best_are_named(text):
    best, worst = "the best 10 and the worst 3", "of the 31 that have a result"
    assert f"Here {best} {worst}, by the error of all images" in text["en"]
    order = text["en"].split("Over all test images: S 0")[1].split(".\n")[0][:200]
    assert " < … < S 30 " in order


def test_a_study_without_these_says_nothing_of_them(tmp_path):
    about = plan({"a": {"settings": trained()}}, {"s": {"title": "S", "experiments": ["a"]}})
    write(tmp_path / "results", about)
    english = said(page(tmp_path / "results", about)[1])
    assert "held-out" not in english and "a model was trained on" not in english
