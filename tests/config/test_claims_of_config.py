import pytest
from conftest import ROOT

from denoising.config.claims import claims_schema, load_claims
from denoising.config.load import load
from denoising.config.read import ConfigError
from denoising.evidence.claims import JUDGES
from denoising.evidence.runs import RUN_COLUMNS

CLAIMS = ROOT / "config" / "claims.yaml"
STUDY = [ROOT / "config" / "config.yaml", ROOT / "config" / "study.yaml"]


def said(tmp_path, old, new, config, **options):
    """Lines about the shipped claims after one edit."""
    text = CLAIMS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "claims.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_claims(path, config, **options)
    return [line.removeprefix(f"{path}: ") for line in error.value.lines]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("experiments: [baseline]", "experiments: [basline]",
         "claims[0].experiments[0]: there is no experiment 'basline', did you mean 'baseline'?"),
        ("kind: below", "kind: bellow", "claims[0].kind: is 'bellow', did you mean 'below'?"),
        ("measure: relative_error\n", "measure: relativ_error\n",
         "claims[0].measure: is 'relativ_error', did you mean 'relative_error'?"),
        ("limit: relative_error_noisy", "limit: relative_error_noise",
         "claims[1].limit: there is no measure 'relative_error_noise', did you mean 'relative_error_noisy'?"),
        ("limit: 0.5", "limit: true", "claims[0].limit: is True, must be a number or a text"),
        ("limit: 0.5", "limti: 0.5", "claims[0].limti: unknown key, did you mean 'limit'?"),
        ("margin: 0.005", "margin: -1", "claims[5].margin: is -1, must be greater than 0"),
        ("id: ii-noise", "id: i-good", "claims[1].id: is 'i-good', as claims[0].id is"),
        ("id: ii-noise", "id: value-sgd", "claims[1].id: is 'value-sgd': 'value-…' are the reported numbers"),
        ("part: ii\n", "part: v\n", "claims[1].part: is 'v', did you mean 'iv'?"),
        ("      en: All three", "      fr: All three", "claims[1].quote: is {'fr': "),
        ("experiments: [sgd, baseline]", "experiments: [sgd]", "claims[5].experiments: has 1 entries, needs at least 2"),
        ("twins: repaired", "twins: repaird", "twins: there is no variant 'repaird', did you mean 'repaired'?"),
        ("margin: 0.03", "margin: x", "claims[8].margin: is 'x', must be a number"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_claims_is_one_line(tmp_path, old, new, says):
    (line,) = [x for x in said(tmp_path, old, new, load(STUDY)) if not x.endswith("is missing")]
    assert line.startswith(says)


def test_claims_that_are_no_yaml(tmp_path, config):
    (line,) = said(tmp_path, "claims:\n", "claims: [\n", config)
    assert str(tmp_path / "claims.yaml") in line


def test_the_shipped_claims_are_sound_with_and_without_the_study(config):
    for one in (config, load(STUDY)):
        assert len(load_claims(CLAIMS, one)["claims"]) == 31


def test_claims_about_other_experiments_are_refused_only_beside_their_own_configuration(config):
    other = {**config, "experiments": {"mine": {"reported": 0.5}}}
    with pytest.raises(ConfigError, match="there is no experiment 'baseline'"):
        load_claims(CLAIMS, other)
    load_claims(CLAIMS, other, about_it=False)
    load_claims(CLAIMS, {**config, "experiments": {"mine": {}}})  # nothing is reported: no ledger


def test_kinds_and_measures_are_those_that_the_ledger_knows():
    definitions = claims_schema()["$defs"]
    assert set(definitions["kinds"]) == {*JUDGES, "judgement"} - {"value"}
    assert set(definitions["measures"]["enum"]) < set(RUN_COLUMNS)
