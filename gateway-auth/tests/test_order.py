"""The order of the steps, told in three places, is the one in which the code takes them."""

import re
import sys
from pathlib import Path
from types import FrameType

import pytest

import gateway_auth
from gateway_auth.explain.walk import WAY
from gateway_auth.request.rule import parse_rule

from .builders import connect, cookie, head, token

ROOT = Path(__file__).parents[2]
RULE = "audience=billing&mode=required&roles=clerk"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture
async def met(edge) -> list[str]:
    """Modules in the order in which one request with a cookie calls something of theirs first."""
    parse_rule.cache_clear()
    client = await connect(edge.server.port)
    order: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith(("gateway_auth.", "vf_edge.")):
            order.setdefault(name.split(".")[1], None)

    data = head(cookie(token()), ("Sec-Fetch-Site", "same-origin"), rule=RULE, method="POST")
    sys.setprofile(note)
    try:
        answer = await client.ask(data)
    finally:
        sys.setprofile(None)
    client.close()
    assert answer.status == 200
    return list(order)


def in_order(told: list[str], met: list[str]) -> list[str]:
    """``told``, put into the order in which they were met. Each must have been."""
    assert set(told) <= set(met)
    return sorted(told, key=met.index)


async def test_the_package_names_its_modules_in_the_order_of_the_code(met):
    told = re.findall(r"``([a-z_]+)``", gateway_auth.__doc__.partition("``decision``")[0])
    told.remove("vf_edge")
    assert len(told) > 10
    assert told == in_order(told, met)


async def test_the_architecture_does_too(met):
    table = ARCHITECTURE.partition("In the order of the code:")[2].partition("3. **Traefik**")[0]
    rows = [row.split("|")[2] for row in table.splitlines() if row.strip().startswith("| ")][2:]
    named = [re.findall(r"`(?:[a-z_]+/)?(?:([a-z_]+)\.py|revocation/)", row)[0] for row in rows]
    told = ["revocation" if "revocation/" in row else name for row, name in zip(rows, named, strict=True)]
    told.remove("decision")  # it puts all of them in a row
    assert len(told) > 10
    assert told == in_order(told, met)


STEPS = {
    "headers": "header_lines",
    "rule": "rule",
    "request": "forwarded",
    "credential": "credential",
    "cross-site": "cross_site",
    "token form": "tokens",
    "revocation": "revocation",
}
"""Of ``explain``: those that have a module of their own."""


async def test_explain_does_too(met):
    told = [STEPS[name] for name, _ in WAY if name in STEPS]
    assert told == in_order(told, met)


async def test_no_module_of_a_request_is_left_out(met):
    """What stands in neither place is part of a step that does."""
    parts = {"cache", "clock", "cookies", "identity_headers", "metrics", "request_id", "request_parser", "edge_server",
             "errors", "settings", "origins", "issuers", "key_source", "decision"}  # fmt: skip
    told = set(re.findall(r"``([a-z_]+)``", gateway_auth.__doc__))
    assert set(met) - parts <= told
