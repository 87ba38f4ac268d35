"""Execution of the cases, one after the other."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .case import Case
from .situation import Situation
from .wire import connect, exchange

PAUSE_SECONDS = 0.005
"""Pause between two requests, so that the suite doesn't flood the target."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one case."""

    case: Case
    skipped: str = ""
    """Why it was not sent."""
    got: int = 0
    fault: str = ""
    """What is wrong with the response; empty if nothing."""

    @property
    def outcome(self) -> str:
        """Return the outcome as one word."""
        return "skipped" if self.skipped else "FAILED" if self.fault else "ok"


class NotReachable(Exception):
    """The target does not answer a normal request. The message is for the user."""


def run(cases: Iterable[Case], situation: Situation) -> Iterator[Result]:
    """Send each case for which the situation has all requirements."""
    for case in cases:
        lack = case.lacks(situation)
        if lack:
            yield Result(case, skipped=lack)
            continue
        reply = case.send(situation)
        gone = reply.status == 0 and not _is_there(situation)
        yield Result(case, got=reply.status, fault="the target is gone" if gone else case.fault(reply, situation))
        time.sleep(PAUSE_SECONDS)


def check_reachable(situation: Situation) -> None:
    """Check that a normal request without a credential gets a 401, and that one with the token is allowed.

    Raises :class:`NotReachable`: against a target that rejects everything, every attack would seem to fail.
    """
    if not _is_there(situation):
        raise NotReachable(f"{situation.origin} cannot be reached")
    reply = exchange(situation.endpoint, situation.request())
    signed_in = exchange(situation.endpoint, situation.request(situation.bearer)) if situation.account else None
    if reply.status != 401:
        raise NotReachable(
            f"{situation.protected} without a credential answers {reply.status or 'nothing'} instead of 401: "
            "name a protected path with --protected"
        )
    if signed_in is not None and signed_in.status != 200:
        raise NotReachable(f"{situation.protected} with the valid token returned {signed_in.status} instead of 200")


def sign_in(situation: Situation, name: str, password: str) -> str:
    """Return an access token from a VF Services identity provider. Raises :class:`NotReachable`."""
    body = json.dumps({"username": name, "password": password}).encode()
    lines = (("Content-Type", "application/json"),)
    request = situation.request(*lines, method="POST", target="/api/auth/login/", body=body)
    reply = exchange(situation.endpoint, request)
    # From the cookie: no platform in production returns it in the body. The name can have a prefix.
    cookies = [line.partition(";")[0].partition("=") for line in reply.every("Set-Cookie")]
    tokens = [value for cookie, _, value in cookies if cookie.endswith("jwt") and value]
    if reply.status != 200 or not tokens:
        raise NotReachable(f"signing in as {name} answers {reply.status}: give a token with --token-file")
    return tokens[0]


def _is_there(situation: Situation) -> bool:
    """Return True if the target still responds: a crash must not look like a rejection."""
    try:
        connect(situation.endpoint).close()
    except OSError:
        return False
    return True
