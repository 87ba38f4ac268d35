"""(h) 100,000 distinct bad tokens beside people who are signed in: what do these notice? (hostile row 39)"""

import secrets
from pathlib import Path

from vf_tokens.compact import encode_segment

from .. import edge, nginx, tokens, traefik
from ..context import Context
from ..errors import BenchmarkError
from ..results import Ratio, Result
from ..trickle import Running, Trickle

TITLE = "Through Traefik, 200 good requests a second, with and without 1,000 distinct bad tokens a second"
TARGET = 2.0
BAD_TOKENS = 100_000
GOOD_RATE, BAD_RATE = 200, 1_000
"""Requests a second. Together well below what two cores can do: the question is disturbance, not capacity."""

PEOPLE, GOOD_CONNECTIONS, BAD_CONNECTIONS = 50, 20, 50
REFERENCE_SECONDS = 10.0
CALM, CROWDED, FLOODED = "nobody", "as many good requests", "the flood"


def run(context: Context) -> Result:
    """Measure in turns; each flood brings tokens that were not seen before."""
    with context.stage() as stage:
        gateway = edge.start(stage)
        _, backend = nginx.start_backend(stage)
        _, port = traefik.start(
            stage, "traefik", auth_port=gateway.port, internal_port=gateway.internal_port, backend_port=backend
        )
        good, bad = context.folder / "good.people", context.folder / "bad.people"
        good.write_text("\n".join(_line(tokens.mint(gateway.key, number)) for number in range(PEOPLE)))
        context.progress(f"making {BAD_TOKENS:,} bad tokens")
        bad.write_text("\n".join(_line(_bad_token(gateway, number)) for number in range(BAD_TOKENS)))
        seconds = BAD_TOKENS / context.rounds / BAD_RATE
        shown = iter(range(0, 100 * BAD_TOKENS, BAD_TOKENS // context.rounds))

        def people(seconds: float) -> Running:
            return Running(port, traefik.PROTECTED, good, rate=GOOD_RATE, seconds=seconds, connections=GOOD_CONNECTIONS)

        def beside(others: Path, status: int, seconds: float, skip: int = 0) -> Trickle:
            load = Running(
                port, traefik.PROTECTED, others, rate=BAD_RATE, seconds=seconds, connections=BAD_CONNECTIONS, skip=skip
            )
            found = _of(people(seconds), 200)
            _of(load, status)
            return found

        def calm() -> Trickle:
            return _of(people(REFERENCE_SECONDS), 200)

        calm()
        at_rest = gateway.server.resident_mib()
        rounds = context.measure(
            stage,
            {
                CALM: calm,
                CROWDED: lambda: beside(good, 200, REFERENCE_SECONDS),
                FLOODED: lambda: beside(bad, 401, seconds, next(shown) % BAD_TOKENS),
            },
        )
        after = gateway.server.resident_mib()
    result = Result("h", TITLE, ("beside them", "p50 ms", "p99 ms"), others=rounds.others)
    for name in (CALM, CROWDED, FLOODED):
        figures = (rounds.median(name, lambda load: load.p50), rounds.median(name, lambda load: load.p99))
        result.rows.append((name, *(f"{figure:.2f}" for figure in figures)))
    crowd, *_ = sorted(rounds.ratios(CROWDED, CALM, lambda load: load.p99))[context.rounds // 2 :]
    ceiling = f"{crowd:.2f}: the same number of good requests in the flood's place"
    tail = rounds.ratios(FLOODED, CALM, lambda load: load.p99)
    result.ratios.append(Ratio("good users' p99 over its normal", tail, TARGET, at_most=True, ceiling=ceiling))
    result.notes.append(
        f"memory of the gateway: {at_rest:.0f} MiB before, {after:.0f} MiB after {BAD_TOKENS:,} bad tokens"
    )
    return result


def _of(running: Running, status: int) -> Trickle:
    found = running.result()
    if set(found.statuses) != {status}:
        raise BenchmarkError(f"every answer should have been {status}: {found.statuses}")
    return found


def _line(token: str) -> str:
    return f"Host: {traefik.HOST}\tAccept: application/json\tAuthorization: Bearer {token}"


def _bad_token(gateway: edge.Edge, number: int) -> str:
    """As a good one, but signed by nobody: only the check of the signature shows it."""
    header, payload, _ = tokens.mint(gateway.key, number).split(".")
    return f"{header}.{payload}.{encode_segment(secrets.token_bytes(64)).decode()}"
