"""(i) First-time, repeated and bad tokens: one gateway-auth worker against other programs that verify tokens."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vf_tokens import assertion
from vf_tokens.compact import parse

from .. import edge, nginx, peers, tokens, traefik, wrk
from ..context import Context
from ..errors import BenchmarkError
from ..measurement import Rounds
from ..processes import LOOPBACK, Server
from ..results import Ratio, Result

TITLE = "First-time, repeated and bad ES256 tokens: one gateway-auth worker against its peers, same key set and proxy"
OURS = "gateway-auth"
FIRST, REPEATED, BAD, PROXIED = "first-time", "repeated", "bad", "first-time through Traefik"
KINDS = (FIRST, REPEATED, BAD, PROXIED)
TARGET = 1.0
TARGET_OVER_SIGNATURES = 3.0
"""The first-time request is mostly its two signatures, or should be."""

MOST_PER_SECOND = 6000
"""Distinct tokens for each second of a sample: more than any server here can answer, so that none is sent twice."""

SIGNATURES = "signatures"
_SIGNED = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round found about one server and one kind of request."""

    cpu_microseconds: float
    """User and system time of the server alone for one request."""
    per_second: float = 0.0
    p99: float = 0.0
    """Milliseconds."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, and where it is asked."""

    server: Server
    url: str
    proxy_port: int


def run(context: Context) -> Result:
    """Measure every server and kind in turns. Peers that are not given are named in the result and on stderr."""
    binaries, missing = peers.find(os.environ)
    for line in missing:
        print(f"\n  {line}", file=sys.stderr, flush=True)
    count = MOST_PER_SECOND * max(1, round(context.seconds))
    with context.stage() as stage:
        gateway = edge.start(stage)
        _, backend = nginx.start_backend(stage)

        def target(name: str, server: Server, port: int, prefix: str) -> Target:
            _, proxy_port = traefik.start(
                stage,
                f"traefik-{name}",
                auth_port=port,
                auth_prefix=prefix,
                internal_port=gateway.internal_port,
                backend_port=backend,
            )
            return Target(server, f"http://{LOOPBACK}:{port}{prefix}{edge.VERIFY}", proxy_port)

        targets = {OURS: target(OURS, gateway.server, gateway.port, "")}
        for peer in peers.ALL:
            if peer.name in binaries:
                for name, environment in ((peer.name, {}), (f"{peer.name}, one core", peers.ONE_CORE)):
                    started = peers.start(stage, peer, binaries[peer.name], gateway.keys_url, environment)
                    targets[name] = target(name.replace(", ", "-").replace(" ", "-"), *started, peer.prefix)

        variants: dict[str, Callable[[], Sample]] = {SIGNATURES: lambda: _signatures(gateway)}
        for kind in KINDS:
            for name, place in targets.items():
                variants[_variant(name, kind)] = lambda place=place, kind=kind: _sample(
                    context, gateway, place, kind, count
                )
        for place in targets.values():
            for kind in (REPEATED, PROXIED):  # connections, key sets and Traefik's slow first second
                _sample(context, gateway, place, kind, count)
        rounds = context.measure(stage, variants)
    return judge(rounds, list(targets), missing)


def judge(rounds: Rounds[Sample], names: Sequence[str], missing: Sequence[str]) -> Result:
    """The table and the ratios of ``names``, whose first is gateway-auth."""
    columns = ("server", *(f"{kind} CPU µs" for kind in (FIRST, REPEATED, BAD)), "Traefik: requests/s", "p99 ms")
    result = Result("i", TITLE, columns, others=rounds.others)
    for name in names:
        least = [_least(rounds, name, kind) for kind in (FIRST, REPEATED, BAD)]
        proxied = _variant(name, PROXIED)
        per_second = rounds.median(proxied, lambda sample: sample.per_second)
        p99 = rounds.median(proxied, lambda sample: sample.p99)
        result.rows.append((name, *(f"{cpu:.1f}" for cpu in least), f"{per_second:,.0f}", f"{p99:.2f}"))
    for peer in names[1:]:
        for kind in (FIRST, REPEATED, BAD):
            ratios = rounds.ratios(_variant(OURS, kind), _variant(peer, kind), _cpu)
            result.ratios.append(Ratio(f"{kind}: processor time over {peer}'s", ratios, TARGET, at_most=True))
        tails = rounds.ratios(_variant(OURS, PROXIED), _variant(peer, PROXIED), lambda sample: sample.p99)
        result.ratios.append(Ratio(f"{PROXIED}: p99 over {peer}'s", tails, TARGET, at_most=True))
    over = rounds.ratios(_variant(OURS, FIRST), SIGNATURES, _cpu)
    result.ratios.append(
        Ratio(
            "first-time: processor time over that of its signatures",
            over,
            TARGET_OVER_SIGNATURES,
            at_most=True,
            ceiling="1.0: a token's signature verified and an assertion signed, and nothing else done",
        )
    )
    signatures = min(map(_cpu, rounds.samples[SIGNATURES]))
    share = signatures / _least(rounds, OURS, FIRST)
    result.notes.append(f"signatures (verify and assert): {signatures:.0f} µs, {share:.0%} of a first-time request")
    result.notes.append("processor times in the table are minimums; peers hand the identity on unsigned")
    result.notes += missing
    return result


def _sample(context: Context, gateway: edge.Edge, place: Target, kind: str, count: int) -> Sample:
    people = _people(context, gateway, kind, count)
    url, headers = place.url, edge.asked(wrk.PERSON)
    if kind == PROXIED:
        url = f"http://{LOOPBACK}:{place.proxy_port}{traefik.PROTECTED}"
        headers = {"Host": traefik.HOST, "Accept": "application/json", **wrk.PERSON}
    if kind == REPEATED:
        wrk.visit_all(url, headers, people)
    before = place.server.cpu_seconds()
    if kind == REPEATED:
        load = wrk.run(url, headers, context.seconds, people=people)
    else:
        load = wrk.run(url, headers, context.seconds, people=people, denied=kind == BAD)
        if load.requests > count:
            raise BenchmarkError(f"{load.requests} requests with {count} tokens: repeats were measured")
    spent = place.server.cpu_seconds() - before
    return Sample(spent / load.requests * 1e6, load.per_second, load.p99)


def _people(context: Context, gateway: edge.Edge, kind: str, count: int) -> Path:
    """New tokens each time: ES256 signs with another number every time, so that no cache knows them."""
    path = tokens.write_people(
        context.folder / "people", gateway.pem, 1 if kind == REPEATED else count, context.progress
    )
    if kind == BAD:
        lines = path.read_text(encoding="ascii").splitlines()
        path.write_text("".join(f"{tokens.with_forged_signature(line)}\n" for line in lines), encoding="ascii")
    return path


def _signatures(gateway: edge.Edge) -> Sample:
    """Verify a token's signature and sign an assertion, in this process."""
    checker, identity = gateway.key.verification_key(), tokens.identity(1)
    token = parse(tokens.mint(gateway.key, 1).encode())
    started = time.process_time()
    for _ in range(_SIGNED):
        checker.verify(token.signing_input, token.signature)
        assertion.mint(gateway.key, identity, audience=edge.AUDIENCE, issued_at=tokens.now())
    return Sample((time.process_time() - started) / _SIGNED * 1e6)


def _variant(name: str, kind: str) -> str:
    return f"{name}: {kind}"


def _cpu(sample: Sample) -> float:
    return sample.cpu_microseconds


def _least(rounds: Rounds[Sample], name: str, kind: str) -> float:
    return min(map(_cpu, rounds.samples[_variant(name, kind)]))
