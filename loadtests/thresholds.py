"""Limits for a run. Locust's exit status shows whether it exceeded any."""

from collections.abc import Iterator
from dataclasses import dataclass

from locust.env import Environment
from locust.runners import MasterRunner
from locust.stats import StatsEntry

MAX_ERROR_SHARE = 0.005
"""Share of all requests."""

MIN_REQUESTS = 50
"""Minimum number of requests of a run with a shape; fewer prove nothing. A run without a shape may be shorter."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The 95th percentile of one kind of request, in milliseconds."""

    kind: str
    p95: float


SIGN_IN = Bound("sign in", 2_500)
"""One password hash at full strength, which is intentionally slow."""

REQUEST = Bound("request", 1_000)


def violations(environment: Environment) -> Iterator[str]:
    """Return one line for each exceeded limit."""
    total = environment.stats.total
    if total.num_requests == 0:
        yield f"no request was made: {_why_none(environment)}"
    elif environment.shape_class and total.num_requests < MIN_REQUESTS:
        yield f"only {total.num_requests} requests were made, at least {MIN_REQUESTS} are needed"
    if total.fail_ratio > MAX_ERROR_SHARE:
        yield f"{total.fail_ratio:.2%} of the requests failed, at most {MAX_ERROR_SHARE:.2%} may"
    for entry in environment.stats.entries.values():
        bound = bound_of(entry)
        p95 = entry.get_response_time_percentile(0.95)
        if p95 > bound.p95:
            yield f"{entry.method} {entry.name}: 95 % within {p95:,.0f} ms, {bound.p95:,.0f} ms are allowed"


def _why_none(environment: Environment) -> str:
    runner = environment.runner
    if runner and runner.exceptions:
        return next(iter(runner.exceptions.values()))["msg"]
    if isinstance(runner, MasterRunner):
        return "no worker was connected, or none of them started a user (see its own output)"
    return "the run ended before any user started"


def bound_of(entry: StatsEntry) -> Bound:
    """Return the limit of an entry."""
    return SIGN_IN if entry.name == SIGN_IN.kind else REQUEST
