import numpy as np
import pytest
from scipy import optimize, special

from denoising.evidence.foretell import COLUMNS, RIDGE, features, fit, foretold_table
from denoising.evidence.initial import Start


def start(seed, told=0.0):
    """A run whose darker positions die as often as `told` says, else any."""
    rng = np.random.default_rng(seed)
    on, output = rng.random((4, 4)), rng.random((4, 4))
    odds = -1 - told * (on - 0.5)
    dead = rng.random((4, 4)) < special.expit(odds)
    return Start("a", seed, "w", on, output, dead)


def test_features_are_ranks_from_minus_to_plus_a_half():
    one = Start("a", 0, "w", np.array([[0.1, 0.4], [0.2, 0.2]]), np.arange(4.0).reshape(2, 2),
                np.zeros((2, 2), bool))  # fmt: skip
    assert features(one).tolist() == [
        [1, -0.5, -0.5], [1, 0.5, pytest.approx(-1 / 6)], [1, 0, pytest.approx(1 / 6)], [1, 0, 0.5]
    ]  # fmt: skip


def test_the_fit_is_the_least_of_the_loss_by_another_method():
    starts = [start(seed, told=4) for seed in range(10)]
    x = np.concatenate([features(one) for one in starts])
    y = np.concatenate([one.dead.ravel() for one in starts]).astype(float)

    def loss(w):
        p = special.expit(x @ w)
        return -(y * np.log(p) + (1 - y) * np.log1p(-p)).sum() + RIDGE / 2 * (w[1:] ** 2).sum()

    other = optimize.minimize(loss, np.zeros(3), method="Nelder-Mead", tol=1e-10).x
    assert fit(starts) == pytest.approx(other, abs=1e-3)


@pytest.mark.parametrize(("told", "tells"), [(12.0, True), (0.0, False)])
def test_a_rule_is_better_than_the_base_rate_just_if_weights_tell(told, tells):
    old = {"a": [start(seed, told) for seed in range(30)]}
    new = {"confirm-a": [start(1000 + seed, told) for seed in range(40)]}
    [row] = foretold_table(old, new, {"confirm-a": "a"}).to_dict("records")
    assert (row["of"], row["fitted_on"], row["runs"]) == ("a", 30, 40)
    assert (row["p"] < 0.05 and row["nearer"] > 0.5) == tells
    assert (row["brier"] < 0.9 * row["brier_base"]) == tells
    assert (row["auc"] > 0.8) == tells


def test_without_old_runs_nothing_is_foretold():
    assert foretold_table({}, {"confirm-a": [start(0)]}, {"confirm-a": "a"}).empty
    assert foretold_table({}, {}, {}).columns.tolist() == COLUMNS
