"""Prometheus metrics of a worker (docs/headers.md). Multi-process when ``PROMETHEUS_MULTIPROC_DIR`` is set.

The hot path only counts in plain integers; they are added to the exported counters once a second.
"""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0)
_LAG_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)

SAMPLE = 64
"""Of the connections, one in so many has the latency of its repeats observed."""

DECISIONS = Counter("vf_edge_decisions", "Decisions by outcome and code.", ["outcome", "code"])
REPEATS = Counter("vf_edge_repeats", "Decisions answered from the verdict cache.")
LATENCY = Histogram(
    "vf_edge_decision_seconds",
    "Time from the request's bytes to the answer; path=repeat is a sample: one connection in 64.",
    ["path"],
    buckets=_SECONDS,
)
REVOCATION_LAG = Histogram("vf_edge_revocation_lag_seconds", "Publication to effect.", buckets=_LAG_SECONDS)
REVOCATIONS = Gauge("vf_edge_revocations", "Live revocations in memory.", multiprocess_mode="livemax")
STALENESS = Gauge(
    "vf_edge_revocation_staleness_seconds",
    "Age of the last complete view of the revocations.",
    multiprocess_mode="livemax",
)
KEY_SET_AGE = Gauge(
    "vf_edge_key_set_age_seconds", "Age of each issuer's key set.", ["issuer"], multiprocess_mode="livemax"
)
CACHE_BYTES = Gauge("vf_edge_cache_bytes", "Bytes held by each cache.", ["cache"], multiprocess_mode="livesum")
CACHE_ENTRIES = Gauge("vf_edge_cache_entries", "Entries in each cache.", ["cache"], multiprocess_mode="livesum")

ALLOWED = DECISIONS.labels("allowed", "")
ANONYMOUS = DECISIONS.labels("anonymous", "")
decisions = cache(DECISIONS.labels)
"""``decisions(outcome, code)``: that counter. Looking it up costs more than counting."""
REPEAT_LATENCY = LATENCY.labels("repeat")
DECIDED_LATENCY = LATENCY.labels("decided")
