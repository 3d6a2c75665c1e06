from conftest import ROOT

from denoising.config.check import check
from denoising.config.load import load
from denoising.config.read import merge
from denoising.config.schema import schema
from denoising.config.schema_docs import KEYS, tables, written


def test_the_page_of_keys_is_up_to_date():
    text = KEYS.read_text(encoding="utf-8")
    assert written(text) == text, "run `make docs`"


def test_every_key_is_documented():
    def keys(part):
        for key, content in part.get("properties", {}).items():
            yield key
            yield from keys(content)

    documented = tables()
    for part in (schema(), *schema()["$defs"].values()):
        for key in keys(part):
            assert f"{key}`" in documented, key
    for kind in schema()["$defs"]["layers"]:
        assert f"| `{kind}` |" in documented


def test_every_key_says_what_it_means():
    rows = [line for line in tables().splitlines() if line.startswith("| `")]
    for row in rows:
        assert row.rstrip(" |").count("|") >= 2, row


def examples():
    """The YAML blocks of config/README.md."""
    from ruamel.yaml import YAML

    blocks = (ROOT / "config" / "README.md").read_text().split("```yaml\n")[1:]
    return [YAML(typ="safe", pure=True).load(block.split("```")[0]) for block in blocks]


def test_the_readmes_examples_are_valid():
    config = load([ROOT / "config" / "config.yaml"])
    assert len(examples()) == 10
    for example in examples():
        assert check(merge(config, example)) == []
