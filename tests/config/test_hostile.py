"""Any configuration is refused in plain lines, or sound, and then its training takes a step or is refused in a line.

More of them: `EXAMPLES=2000 REHEARSED=1000 pytest -s tests/config/test_hostile.py`.
"""

import os
from collections import Counter
from copy import deepcopy

import pytest
from hostile import SMALL, admissible, configurations
from hypothesis import HealthCheck, given, settings

from denoising.training.rehearsal import distinct, rehearse

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))
REHEARSED = int(os.environ.get("REHEARSED", "5"))
outcomes = Counter()
trained = {}  # sound experiments that are trained


def test_the_configuration_that_mistakes_are_put_into_is_sound():
    assert len(admissible(deepcopy(SMALL))) == 7


@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(configurations())
def test_hostile_configurations_are_refused_or_sound(config):
    resolved = admissible(config)
    outcomes["refused" if resolved is None else "sound"] += 1
    for experiment in resolved or ():
        if "training" in experiment:
            trained[str(len(trained))] = experiment


def test_both_outcomes_were_met():
    print(dict(outcomes))
    assert min(outcomes["refused"], outcomes["sound"]) > EXAMPLES / 20


@pytest.mark.slow
def test_what_is_sound_takes_a_step_or_is_refused_in_a_line():
    some = dict(list(distinct(trained).items())[-REHEARSED:])
    said = dict(rehearse(some))
    assert said.keys() == some.keys()
    refusals = {name: text for name, text in said.items() if text}
    for name, text in refusals.items():
        print(
            text,
            {key: some[name][key] for key in ("optimizer", "loss")},
            some[name]["architecture"],
        )
    print(f"{len(said) - len(refusals)} took a step, {len(refusals)} were refused")
    assert all("\n" not in text and "ends the process" not in text for text in refusals.values())
    assert len(refusals) < len(said)
