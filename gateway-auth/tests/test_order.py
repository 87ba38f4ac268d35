"""The order of the steps, told in several places, is the one of the tuple."""

import re
from pathlib import Path

import gateway_auth
from gateway_auth.decision.steps import STEPS
from gateway_auth.explain.shown import SHOWN

ROOT = Path(__file__).parents[2]
CODE_MAP = (ROOT / "docs" / "code-map.md").read_text(encoding="utf-8")
NAMES = [name for name, _ in STEPS]


def test_the_package_tells_the_steps_in_the_order_of_the_tuple():
    told = re.findall(r"``([a-z -]+)``", gateway_auth.__doc__.partition("In this order:")[2].partition(".")[0])
    assert told == NAMES


def test_the_code_map_does_too():
    table = CODE_MAP.partition("In the order of the code:")[2].partition("\n## ")[0]
    assert re.findall(r"^ *\| `([a-z -]+)` \|", table, re.MULTILINE) == NAMES


def test_the_code_map_names_files_that_are_there():
    table = CODE_MAP.partition("In the order of the code:")[2].partition("\n## ")[0]
    named = re.findall(r"`([a-z_/]+\.py)`", table)
    assert len(named) > 15
    folders = [
        ROOT / folder for folder in ("gateway-auth/src/gateway_auth", "packages/tokens/src", "packages/django/src")
    ]
    assert [name for name in named if not any((folder / name).is_file() for folder in folders)] == []


def test_explain_shows_all_steps_but_the_last_whose_result_is_the_answer():
    assert [*SHOWN, "identity"] == NAMES
