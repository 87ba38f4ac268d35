"""Who the access log says it was is who the edge says it was, whatever the client writes."""

import json
import secrets
import time

import pytest

from attack.situation import Situation
from attack.wire import exchange
from runner import Platform

PATHS = ["/static/css/theme.css", "/api/profile/", "/api/auth/login/", "/"]
FORGERIES = {"in the address": "http://{name}@{host}{path}", "in a header": "{path}"}


def logged(platform: Platform, agent: str) -> list[dict[str, object]]:
    """The lines of the requests that this agent made, once there are any."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        lines = [line for line in platform.log("traefik", 2_000).splitlines() if agent in line]
        if lines:
            return [json.loads(line) for line in lines]
        time.sleep(0.05)
    raise AssertionError("the request was not logged")


@pytest.mark.row(1, 45)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("target", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_stranger_cannot_write_a_name_into_it(platform: Platform, nobody: Situation, path: str, target: str) -> None:
    name, agent = f"usr_{secrets.token_hex(6)}", f"agent-{secrets.token_hex(6)}"
    target = target.format(name=name, host=nobody.authority, path=path)
    assert exchange(nobody.endpoint, nobody.request(("X-User-Id", name), ("User-Agent", agent), target=target)).status
    assert name not in json.dumps(logged(platform, agent))


@pytest.mark.row(1, 45)
@pytest.mark.parametrize("target", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_user_is_named_whatever_else_they_write(platform: Platform, situation: Situation, target: str) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    target = target.format(name="usr_demo_admin", host=situation.authority, path=situation.protected)
    lines = [situation.bearer, ("X-User-Id", "usr_demo_admin"), ("User-Agent", agent)]
    assert exchange(situation.endpoint, situation.request(*lines, target=target)).status == 200
    (line,) = logged(platform, agent)
    assert line["request_X-User-Id"] == "usr_demo_alice"
    assert "usr_demo_admin" not in json.dumps(line)
