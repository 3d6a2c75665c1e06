import pandas as pd
from conftest import TITLES, said_of

from denoising.report.sentences.lattice import (
    dying_sentences,
    half_learned_in_study,
    half_learned_sentences,
    initial_sentences,
    law_sentences,
    repaired_sentences,
    revival_sentences,
    variance_sentences,
)

LAW = pd.DataFrame(
    {"experiment": ["a", "stated", "all", "learned"], "runs": [9, 9, 20, 18], "r2": [0.9, 0.987, 0.99, 0.99],
     "largest_residual": [0.01, 0.01, 0.02, 0.02], "r2_by_count": [0.5, 0.75, 0.6, 0.7]}
)  # fmt: skip


def test_what_the_law_explains_is_said(texts):
    implied = pd.DataFrame({"nearest": [2, 9], "dead_min": [1, 0], "dead_max": [3, 4]})
    said = said_of(texts, law_sentences(LAW, implied))
    assert "of the 9 runs of the write-up's experiments to within 0.010 (R² = 0.987)" in said
    assert "of all 20 runs to within 0.020 (0.990)" in said
    assert "alone explains R² = 0.750" in said
    assert "of all 20 runs 0.600, of the 18 of them without half-learned" in said
    assert "for 1 of them" in said


def test_no_run_without_half_learned_positions(texts):
    law = LAW.assign(r2_by_count=[0.5, 0.75, 0.6, float("nan")])
    assert "positions, which k does not see, –)" in said_of(
        texts, law_sentences(law, pd.DataFrame())
    )


def test_no_run_no_law():
    assert law_sentences(LAW.assign(r2=float("nan")), pd.DataFrame()) == []


def test_positions_between_learned_and_dead(texts):
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "b", "c", "c"], "positions": 16, "dead_positions": [4, 0, 1, 0, 16],
         "half_learned": [1, 0, 0, 9, 0], "status": [*["completed"] * 4, "dead"]}
    )  # fmt: skip
    titles = {"a": "A", "b": "B", "c": "C"}
    said = said_of(texts, half_learned_sentences(runs, ["a", "b"], titles))
    assert "Among the 43 positions that end alive in the 3 runs" in said
    assert "number 1: A (1/28)." in said
    assert (
        "Among the 16 of the other 1 run those in between number 9, most of them of C (9/16)."
        in said
    )
    learned = runs.assign(half_learned=0)
    said = said_of(texts, half_learned_sentences(learned, ["a"], titles))
    assert "All 28 positions" in said and "So are all 31 in the other 2 runs." in said
    assert half_learned_sentences(runs[:0], ["a"], titles) == []


def test_a_study_with_half_learned_positions_warns(texts):
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "b"], "positions": 16, "dead_positions": [4, 0, 1],
         "half_learned": [3, 0, 1], "status": "completed"}
    )  # fmt: skip
    said = said_of(texts, half_learned_in_study(runs, ["a", "b"], TITLES))
    assert "In 2 runs positions are half learned (error² > ½): A (3/12), B (1/15)." in said
    assert half_learned_in_study(runs, ["b"], TITLES) == []  # one position alone


def test_revivals_are_counted(texts):
    runs = pd.DataFrame(
        {"status": "completed", "dead_after_first_epoch": [4, 6], "revived": [3, 1],
         "last_revival": [10, 40], "died_later": [0, 1]}
    )  # fmt: skip
    said = said_of(texts, revival_sentences(runs))
    assert "Of the 10 positions that are dead after the first epoch" in said
    assert "4 come to life again (40 %), and 1 other dies" in said
    assert "at epoch 25 (median), the latest at epoch 40" in said
    never = runs.assign(revived=0, last_revival=float("nan"))
    assert "Of the 10 positions that are dead after the first epoch" in said_of(
        texts, revival_sentences(never)
    )
    assert revival_sentences(runs.assign(dead_after_first_epoch=0)) == []


def test_twins_that_die_all_the_same_are_named(texts):
    runs = pd.DataFrame(
        {"experiment": ["a-repaired", "a-repaired", "b-repaired", "a"], "status": "completed",
         "dead_positions": [0, 2, 0, 5]}
    )  # fmt: skip
    titles = {"a-repaired": "A, repaired", "b-repaired": "B, repaired"}
    twins = list(titles)
    said = said_of(texts, repaired_sentences(runs, twins, titles))
    assert "2 of 3 runs have no dead position. The others: A, repaired (1/2)." in said
    alive = repaired_sentences(runs[runs["dead_positions"] == 0], twins, titles)
    assert "no run has a dead position (2 runs)" in said_of(texts, alive)
    assert repaired_sentences(runs[3:], twins, titles) == []


def test_which_experiments_die(texts):
    runs = pd.DataFrame(
        {"experiment": ["a", "a", "b", "c"], "status": ["completed", "dead", "completed", "dead"],
         "dead_positions": [0, 16, 0, 16]}
    )  # fmt: skip
    said = said_of(texts, dying_sentences(runs, ["b", "a", "none"], TITLES))
    # by hand: of 1 without any 1 − 0.025; of 1 in 2 from 1 − √0.975 to √0.975
    assert "of their share): B (0/1, 0.00 … 0.97), A (1/2, 0.01 … 0.99)." in said
    assert dying_sentences(runs, ["a"], TITLES) == []


def test_what_initial_weights_tell(texts):
    initial = pd.DataFrame(
        [{"experiment": "all", "told": 8, "auc_on": 0.4, "auc_output": 0.45, "agree_same": 0.7,
          "agree_other": 0.6}]
    )  # fmt: skip
    said = said_of(texts, initial_sentences(initial))
    assert "the 8 runs that end with both kinds" in said
    assert "with probability 0.40" in said
    assert "agree on 70 % of the positions, two with other weights on 60 %" in said
    nothing = initial.assign(auc_on=float("nan"), agree_same=float("nan"))
    assert initial_sentences(nothing) == []


def test_luck_and_experiments(texts):
    variance = pd.DataFrame(
        {"study": "ii", "measure": ["relative_error", "live_error", "dead_share"], "between": [0.25, 0.75, 0.1]}
    )  # fmt: skip
    said = said_of(texts, variance_sentences(variance))
    assert said == (
        "In ii) the experiments make 25 % of the variance of the error, and 75 % once dead positions"
        " are taken out."
    )
