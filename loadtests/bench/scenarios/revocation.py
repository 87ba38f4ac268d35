"""(e) The time from the revocation of a token to its rejection by the last of four workers."""

import contextlib
import os
import statistics
import time
from collections.abc import Sequence

from redis import Redis
from runner import Platform
from runner.settings import Ports

from .. import edge, tokens
from ..connections import one_to_each_worker, until_all_refuse
from ..context import Context
from ..machine import Meter
from ..results import Ratio, Result
from ..sign_in import SignedIn

TITLE = "From revocation to refusal at the last of 4 workers"
TARGET_MS = 100.0
WORKERS = 4
REVOCATIONS = 300
SIGN_OUTS = 60
KINDS = ("jti", "sid", "sub")


def run(context: Context) -> Result:
    """Measure the gateway alone, then from a user's sign-out through the identity provider's database."""
    result = Result("e", TITLE, ("beginning", "count", "p50 ms", "p99 ms", "longest ms"))
    meter = Meter(lambda: 0.0)  # the servers' own share is small
    meter.start()
    _add(result, "entry written to the stream", _from_the_stream(context))
    _add(result, "sign-out sent to the identity provider", _from_sign_out(context))
    result.others.append(meter.others())
    result.notes.append("a sign-out's time includes its database transaction: commit to refusal is less")
    return result


def _from_the_stream(context: Context) -> list[float]:
    with context.stage() as stage, contextlib.ExitStack() as stack:
        gateway = edge.start(stage, workers=WORKERS)
        workers = one_to_each_worker(stack, gateway.port, WORKERS, gateway.bearer(0))
        redis = stack.enter_context(edge.connect_valkey(gateway.redis_port))
        milliseconds = []
        for number in range(1, REVOCATIONS + 1):
            context.progress(f"revocation {number} of {REVOCATIONS}")
            bearer = gateway.bearer(number)
            milliseconds.append(until_all_refuse(workers, bearer, lambda number=number: _publish(redis, number)))
        return milliseconds


def _publish(redis: Redis, number: int) -> None:
    """Publish one of the three kinds in turn."""
    kind, now = KINDS[number % len(KINDS)], int(time.time())
    identity = tokens.identity(number)
    identifier = {"jti": tokens.token_id(number), "sid": identity.session_id, "sub": identity.user_id}[kind]
    entry = {"kind": kind, "id": identifier, "nbf": now if kind == "sub" else 0, "exp": now + tokens.LIFETIME_SECONDS}
    redis.xadd("vf:revocations", entry)


def _from_sign_out(context: Context) -> list[float]:
    context.progress("starting the platform with 4 gateway workers")
    variables = {**os.environ, "VF_WORKERS": str(WORKERS)}
    with (
        Platform(ports=Ports.free(), state_dir=context.folder / "platform", env=variables) as platform,
        contextlib.ExitStack() as stack,
    ):
        ports = platform.settings.ports
        first = SignedIn(ports.identity)
        workers = one_to_each_worker(stack, ports.gateway, WORKERS, first.bearer)
        milliseconds = []
        for number in range(1, SIGN_OUTS + 1):
            context.progress(f"sign-out {number} of {SIGN_OUTS}")
            person = SignedIn(ports.identity)
            milliseconds.append(until_all_refuse(workers, person.bearer, person.send_sign_out))
            person.finish_sign_out()
        return milliseconds


def _add(result: Result, name: str, milliseconds: Sequence[float]) -> None:
    ordered = sorted(milliseconds)
    p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    result.rows.append((name, str(len(ordered)), f"{p50:.1f}", f"{p99:.1f}", f"{ordered[-1]:.1f}"))
    result.ratios.append(Ratio(f"p99 from {name}", [p99], TARGET_MS, at_most=True, unit="ms"))
