"""(b) One worker with 1, 1,000 and 100,000 distinct tokens: the cost of many users compared with one."""

import time
from collections.abc import Callable
from pathlib import Path

from .. import edge, nginx, tokens, wrk
from ..context import Context
from ..processes import LOOPBACK
from ..results import Ratio, Result

TITLE = "One gateway-auth worker with 1, 1,000 and 100,000 distinct tokens, all valid, sent in turn"
TARGET = 0.85
CROWDS = (1, 1_000, 100_000)
RENEWAL_SECONDS = 50
"""Seconds after which each token's assertion is signed again (gateway_auth.identity.assertions)."""

CONTINUOUS_SECONDS = RENEWAL_SECONDS
"""Seconds in which each token's assertion is signed once."""

VISIT_SECONDS = 10
"""Seconds in which all tokens of the largest set are sent once, with a margin."""

CACHE_MIB = 512


def run(context: Context) -> Result:
    """Measure cached responses alternately, then the largest set without a pause."""
    with context.stage() as stage:
        gateway = edge.start(stage, environment={"VF_CACHE_MIB": str(CACHE_MIB)})
        _, stub_port = nginx.start_stub(stage, "stub", edge.identity_answer(gateway))
        stub_url = f"http://{LOOPBACK}:{stub_port}{edge.VERIFY}"
        files = {count: _write(context, gateway, count) for count in CROWDS}
        asked = edge.asked(wrk.PERSON)
        at_rest = gateway.server.resident_mib()
        context.progress("showing every token to the gateway for the first time")
        wrk.visit_all(gateway.url(), asked, files[CROWDS[-1]])
        memory = gateway.server.resident_mib()
        context.progress(f"waiting {RENEWAL_SECONDS} s, until all assertions can be signed again at once")
        time.sleep(RENEWAL_SECONDS)

        renewed = dict.fromkeys(CROWDS, float("-inf"))

        def sample(url: str, count: int, seconds: float = context.seconds) -> Callable[[], wrk.Load]:
            def run_once() -> wrk.Load:
                due = renewed[count] + RENEWAL_SECONDS
                if url == gateway.url() and time.monotonic() + seconds + VISIT_SECONDS > due:
                    time.sleep(max(0.0, due - time.monotonic()))  # avoid renewals during the run
                    renewed[count] = time.monotonic()
                wrk.visit_all(url, asked, files[count])
                return wrk.run(url, asked, seconds, people=files[count])

            return run_once

        few, many = f"{CROWDS[0]:,}", f"{CROWDS[-1]:,}"
        variants = {f"gateway-auth, {count:,} tokens": sample(gateway.url(), count) for count in CROWDS}
        variants[f"nginx, {few} token"] = sample(stub_url, CROWDS[0])
        variants[f"nginx, {many} tokens"] = sample(stub_url, CROWDS[-1])
        rounds = context.measure(stage, variants)
        context.progress(f"{many} tokens without a pause for {CONTINUOUS_SECONDS} s")
        before = sample(gateway.url(), CROWDS[0])()
        crowd = sample(gateway.url(), CROWDS[-1], CONTINUOUS_SECONDS)()
        after = sample(gateway.url(), CROWDS[0])()
    result = Result("b", TITLE, ("server", "requests/s", "p50 ms", "p99 ms"), others=rounds.others)
    for name in variants:
        result.rows.append(_row(name, [*rounds.samples[name]]))
    result.rows.append(_row(f"gateway-auth, {many} tokens, {CONTINUOUS_SECONDS} s without a pause", [crowd]))
    driver = rounds.ratios(f"nginx, {many} tokens", f"nginx, {few} token", lambda load: load.per_second)
    answers = rounds.ratios(
        f"gateway-auth, {many} tokens", f"gateway-auth, {CROWDS[0]:,} tokens", lambda load: load.per_second
    )
    middle = sorted(driver)[len(driver) // 2]
    ceiling = f"{middle:.2f}: nginx, which reads no token, driven with {many} instead of {few}"
    result.ratios.append(Ratio(f"{many} tokens over {few}", answers, TARGET, ceiling=ceiling))
    continuous = [2 * crowd.per_second / (before.per_second + after.per_second)]
    result.ratios.append(
        Ratio(
            f"{many} over {few}, each assertion signed again every {RENEWAL_SECONDS} s",
            continuous,
            TARGET,
            ceiling="below 1: 2,000 signatures a second, about 30 µs each, are a part of the work",
        )
    )
    result.notes.append(
        f"memory of the worker: {at_rest:.0f} MiB at rest, {memory:.0f} MiB with {many} tokens known"
        f" (VF_CACHE_MIB={CACHE_MIB}): {(memory - at_rest) * 2**20 / CROWDS[-1]:,.0f} bytes a token"
    )
    return result


def _write(context: Context, gateway: edge.Edge, count: int) -> Path:
    return tokens.write_people(context.folder / f"people-{count}", gateway.pem, count, context.progress)


def _row(name: str, loads: list[wrk.Load]) -> tuple[str, ...]:
    middle = sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]
    return (name, f"{middle.per_second:,.0f}", f"{middle.p50:.2f}", f"{middle.p99:.2f}")
