"""(h) The effect of 100,000 distinct invalid tokens on signed-in users (attack suite, row 39)."""

import statistics
from pathlib import Path

from .. import edge, nginx, tokens, traefik
from ..context import Context
from ..errors import BenchmarkError
from ..results import Ratio, Result
from ..trickle import Running, Trickle

TITLE = "Through Traefik, 200 good requests a second, alone and beside distinct invalid tokens"
TARGET, TARGET_OVER_FRESH = 2.0, 1.2
BAD_TOKENS = 100_000
GOOD_RATE, BAD_RATE, FLOOD_RATE = 200, 300, 1_000
"""Requests per second. The flood and the programs that send it need three quarters of two cores."""

PEOPLE, GOOD_CONNECTIONS, BAD_CONNECTIONS = 50, 20, 50
SAMPLE_SECONDS = 10.0
CALM, CROWDED = "nobody", f"{FLOOD_RATE:,} good requests a second"
FRESH = f"{FLOOD_RATE:,} good first-time requests a second"
BESET, FLOODED = f"{BAD_RATE:,} invalid tokens a second", f"{FLOOD_RATE:,} invalid tokens a second"


def run(context: Context) -> Result:
    """Measure alternately; each flood sends new tokens."""
    with context.stage() as stage:
        gateway = edge.start(stage)
        _, backend = nginx.start_backend(stage)
        _, port = traefik.start(
            stage, "traefik", auth_port=gateway.port, internal_port=gateway.internal_port, backend_port=backend
        )
        good, bad = context.folder / "good.people", context.folder / "bad.people"
        good.write_text("\n".join(_line(tokens.mint(gateway.key, number)) for number in range(PEOPLE)))
        context.progress(f"creating {BAD_TOKENS:,} invalid tokens")
        bad.write_text(
            "\n".join(
                _line(tokens.with_forged_signature(tokens.mint(gateway.key, number))) for number in range(BAD_TOKENS)
            )
        )
        flood_seconds = max(SAMPLE_SECONDS, (BAD_TOKENS / context.rounds - BAD_RATE * SAMPLE_SECONDS) / FLOOD_RATE)
        shown, grown = 0, 0.0

        def people(seconds: float) -> Trickle:
            load = Running(port, traefik.PROTECTED, good, rate=GOOD_RATE, seconds=seconds, connections=GOOD_CONNECTIONS)
            return _of(load, 200)

        def beside(others: Path, status: int, rate: int, seconds: float, skip: int = 0) -> Trickle:
            load = Running(
                port, traefik.PROTECTED, others, rate=rate, seconds=seconds, connections=BAD_CONNECTIONS, skip=skip
            )
            found = people(seconds)
            _of(load, status)
            return found

        def fresh() -> Trickle:
            minted = tokens.write_people(
                context.folder / "minted", gateway.pem, int(FLOOD_RATE * SAMPLE_SECONDS), context.progress
            )
            first_time = context.folder / "first-time.people"
            lines = minted.read_text(encoding="ascii").splitlines()
            first_time.write_text("\n".join(_line(line.rpartition(" ")[2]) for line in lines))
            return beside(first_time, 200, FLOOD_RATE, SAMPLE_SECONDS)

        def flood(rate: int, seconds: float) -> Trickle:
            nonlocal shown, grown
            before = gateway.server.resident_mib()
            found = beside(bad, 401, rate, seconds, shown % BAD_TOKENS)
            shown += int(rate * seconds)
            grown += gateway.server.resident_mib() - before
            return found

        people(SAMPLE_SECONDS)
        rounds = context.measure(
            stage,
            {
                CALM: lambda: people(SAMPLE_SECONDS),
                CROWDED: lambda: beside(good, 200, FLOOD_RATE, SAMPLE_SECONDS),
                FRESH: fresh,
                BESET: lambda: flood(BAD_RATE, SAMPLE_SECONDS),
                FLOODED: lambda: flood(FLOOD_RATE, flood_seconds),
            },
        )
    result = Result("h", TITLE, ("beside them", "p50 ms", "p99 ms"), others=rounds.others)
    for name in (CALM, CROWDED, FRESH, BESET, FLOODED):
        figures = (rounds.median(name, lambda load: load.p50), rounds.median(name, lambda load: load.p99))
        result.rows.append((name, *(f"{figure:.2f}" for figure in figures)))
    crowd = statistics.median(rounds.ratios(CROWDED, CALM, lambda load: load.p99))
    ceiling = f"{crowd:.2f}: {CROWDED} in their place"
    for name in (BESET, FLOODED):
        tail = rounds.ratios(name, CALM, lambda load: load.p99)
        result.ratios.append(Ratio(f"p99 beside {name}, over its normal", tail, TARGET, at_most=True, ceiling=ceiling))
    result.ratios.append(
        Ratio(
            f"p99 beside {FLOODED}, over {FRESH}",
            rounds.ratios(FLOODED, FRESH, lambda load: load.p99),
            TARGET_OVER_FRESH,
            at_most=True,
            ceiling="1.0: an invalid token costs what a valid one costs; both are sent by the same program",
        )
    )
    result.notes.append(f"the gateway grew by {grown:.1f} MiB during {shown:,} invalid tokens")
    return result


def _of(running: Running, status: int) -> Trickle:
    found = running.result()
    if set(found.statuses) != {status}:
        raise BenchmarkError(f"every response should have been {status}: {found.statuses}")
    return found


def _line(token: str) -> str:
    return f"Host: {traefik.HOST}\tAccept: application/json\tAuthorization: Bearer {token}"
