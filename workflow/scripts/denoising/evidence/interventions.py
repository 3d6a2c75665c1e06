"""Whether the error follows when positions of a trained network are silenced or revived.

Correlation is not enough: here k is set, all is trained on, and the law is asked what came of it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from denoising.declare import Inputs
from denoising.evidence.coverage import by_law
from denoising.evidence.replicates import completed
from denoising.methods.intervened import NOTHING

COLUMNS = [
    "experiment", "seed", "change", "positions", "dead_before", "changed", "held", "dead_at_once",
    "dead", "dead_untouched", "relative_error", "untouched", "predicted",
]  # fmt: skip
SUMMARY = [
    "experiment", "runs", "changed", "held", "dead_untouched", "dead", "moved", "predicted",
    "residual", "largest", "follows",
]  # fmt: skip
KEY = ["source", "epochs", "seed"]


def runs_table(
    runs: pd.DataFrame, methods: Mapping[str, Mapping[str, Any]], told: Mapping[tuple, Any]
) -> pd.DataFrame:
    """Hold each changed network against the same one, trained on as long without a change.

    Parameters
    ----------
    runs : DataFrame
        ``runs.csv``.
    methods : mapping
        Experiment → its method's parameters.
    told : mapping
        (experiment, seed) → what the method told of that run (`denoising.methods.intervened`).

    Returns
    -------
    DataFrame
        A row a changed run: numbers of positions, all and dead (``dead_before`` any change,
        ``dead_at_once``, ``dead`` in the end, ``dead_untouched`` where nothing was changed); the
        error, that of the ``untouched`` one, and what the law makes of this and of ``dead``
        (``predicted``).
    """
    known = completed(runs[runs["experiment"].isin(methods)])
    found = pd.DataFrame(
        [
            {
                "experiment": run.experiment,
                "source": methods[run.experiment]["experiment"],
                "epochs": methods[run.experiment]["epochs"],
                "change": methods[run.experiment]["change"],
                "seed": run.seed,
                "relative_error": run.relative_error,
                **told[run.experiment, run.seed],
            }
            for run in known.itertuples()
        ]
    )
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    still = found["change"] == NOTHING
    untouched = found[still].rename(
        columns={"dead": "dead_untouched", "relative_error": "untouched"}
    )
    changed = found[~still].assign(changed=found["changed"].map(len))
    both = changed.merge(untouched[[*KEY, "dead_untouched", "untouched"]], on=KEY)
    share, here = both["dead_untouched"] / both["positions"], both["dead"] / both["positions"]
    live = np.sqrt(((both["untouched"] ** 2 - share) / (1 - share)).clip(lower=0))
    return both.assign(predicted=by_law(here, live))[COLUMNS]


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each experiment whether the error followed.

    Parameters
    ----------
    table : DataFrame
        From `runs_table`; runs in which there was nothing to change are left out.

    Returns
    -------
    DataFrame
        Totals of positions ``changed`` and of those that ``held``; mean numbers of dead positions;
        medians of the error's difference to the untouched one, measured (``moved``) and
        ``predicted``; of what is left, error − predicted, the median (``residual``) and the
        ``largest`` size; ``follows``: in how many runs the error moved the way that was predicted.
    """
    rows = []
    for name, own in table[table["changed"] > 0].groupby("experiment", sort=False):
        moved, wanted = (own[key] - own["untouched"] for key in ("relative_error", "predicted"))
        left = own["relative_error"] - own["predicted"]
        rows.append(
            {
                "experiment": name,
                "runs": len(own),
                "changed": own["changed"].sum(),
                "held": own["held"].sum(),
                "dead_untouched": own["dead_untouched"].mean(),
                "dead": own["dead"].mean(),
                "moved": moved.median(),
                "predicted": wanted.median(),
                "residual": left.median(),
                "largest": left.abs().max(),
                "follows": int((np.sign(moved) == np.sign(wanted)).sum()),
            }
        )
    return pd.DataFrame(rows, columns=SUMMARY)


def interventions(inputs: Inputs) -> pd.DataFrame:
    """Make ``interventions.csv``."""
    methods = inputs.facets["interventions"]
    own = inputs.runs[inputs.runs["experiment"].isin(methods)]
    told = {
        (run.experiment, run.seed): inputs.json(run.experiment, run.seed, "told.json")
        for run in completed(own).itertuples()
    }
    return runs_table(inputs.runs, methods, told)
