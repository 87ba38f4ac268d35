"""Sends the cases one after the other and tells what came back."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .case import Case
from .situation import Situation
from .wire import exchange

PAUSE_SECONDS = 0.005
"""Between two requests, so that this is a test and no flood."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    case: Case
    skipped: str = ""
    """Why it was not sent."""
    got: int = 0
    fault: str = ""
    """What is wrong with the answer; empty if nothing."""

    @property
    def outcome(self) -> str:
        """One word."""
        return "skipped" if self.skipped else "FAILED" if self.fault else "ok"


class NotReachable(Exception):
    """The target gives no answer to an honest request. The message is for the person."""


def run(cases: Iterable[Case], situation: Situation) -> Iterator[Result]:
    """Send each case that the situation has what it takes for."""
    for case in cases:
        lack = case.lacks(situation)
        if lack:
            yield Result(case, skipped=lack)
            continue
        reply = case.send(situation)
        yield Result(case, got=reply.status, fault=case.fault(reply, situation))
        time.sleep(PAUSE_SECONDS)


def check_reachable(situation: Situation) -> None:
    """An honest request without a credential must be refused with 401, one with the token must pass.

    Raises :class:`NotReachable`: against a target that refuses everything, every attack would seem to fail.
    """
    try:
        reply = exchange(situation.endpoint, situation.request())
        signed_in = exchange(situation.endpoint, situation.request(situation.bearer)) if situation.account else None
    except OSError as error:
        raise NotReachable(f"{situation.origin} cannot be reached: {error.strerror or error}") from None
    if reply.status != 401:
        raise NotReachable(
            f"{situation.protected} without a credential answers {reply.status or 'nothing'} instead of 401: "
            "name a protected path with --protected"
        )
    if signed_in is not None and signed_in.status != 200:
        raise NotReachable(f"{situation.protected} with the good token answers {signed_in.status} instead of 200")


def sign_in(situation: Situation, name: str, password: str) -> str:
    """An access token from a VF Services identity provider. Raises :class:`NotReachable`."""
    body = json.dumps({"username": name, "password": password, "include_token": True}).encode()
    lines = (("Content-Type", "application/json"),)
    try:
        reply = exchange(
            situation.endpoint, situation.request(*lines, method="POST", target="/api/auth/login/", body=body)
        )
        return str(json.loads(reply.body)["access_token"])
    except OSError as error:
        raise NotReachable(f"{situation.origin} cannot be reached: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        raise NotReachable(f"signing in as {name} answers {reply.status}: give a token with --token-file") from None
