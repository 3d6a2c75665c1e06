"""Any configuration is refused in plain lines or sound: `EXAMPLES=2000 pytest tests/config/test_hostile.py` tries more."""

import os
from collections import Counter

from hostile import SMALL, admissible, configurations, copied
from hypothesis import HealthCheck, given, settings

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))
outcomes = Counter()


def test_the_configuration_that_mistakes_are_put_into_is_sound():
    assert len(admissible(copied(SMALL))) == 7


@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(configurations())
def test_hostile_configurations_are_refused_or_sound(config):
    outcomes["refused" if admissible(config) is None else "sound"] += 1


def test_both_outcomes_were_met():
    print(dict(outcomes))
    assert min(outcomes["refused"], outcomes["sound"]) > EXAMPLES / 20
