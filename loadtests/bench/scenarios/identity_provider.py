"""(j) What a core of the identity provider can do, and what sign-ins do to the edge."""

import threading
from pathlib import Path

from .. import edge, identity
from ..context import Context
from ..results import Ratio, Result
from ..trickle import Running, Trickle

TITLE = "The identity provider on PostgreSQL: sign-ins and refreshes, and the edge beside sign-ins"
SIGN_INS_PER_CORE, REFRESHES_PER_CORE, TARGET_P99 = 30.0, 250.0, 1.2
CLIENTS = 4
EDGE_RATE, EDGE_CONNECTIONS, EDGE_SECONDS = 200, 20, 5.0
SIGN_INS, REFRESHES = "sign-ins", "refreshes"
CALM, BESIDE = "the edge alone", "the edge beside sign-ins"


def run(context: Context) -> Result:
    """Measure sign-ins and refreshes alternately, then the edge with and without sign-ins."""
    with context.stage() as stage:
        gateway = edge.start(stage)
        context.progress("starting PostgreSQL and the identity provider")
        with identity.started(stage) as provider:
            hash_milliseconds = provider.hash_milliseconds(stage)

            def clients(name: str) -> identity.Sample:
                act = provider.sign_in if name == SIGN_INS else provider.refresh
                return provider.measure(act, clients=CLIENTS, seconds=context.seconds)

            def beside() -> Trickle:
                ended = threading.Event()
                thread = threading.Thread(target=_sign_in_until, args=(provider, ended))
                thread.start()
                try:
                    return _of_the_edge(gateway, context.folder)
                finally:
                    ended.set()
                    thread.join()

            context.progress("signing everyone in")
            provider.sign_everyone_in()
            rounds = context.measure(stage, {name: lambda name=name: clients(name) for name in (SIGN_INS, REFRESHES)})
            _of_the_edge(gateway, context.folder)
            edges = context.measure(stage, {CALM: lambda: _of_the_edge(gateway, context.folder), BESIDE: beside})
    result = Result("j", TITLE, ("what", "requests/s", "CPU ms/request", "a core and second"), others=rounds.others)
    for name in (SIGN_INS, REFRESHES):
        per_second = rounds.median(name, lambda sample: sample.per_second)
        cpu = rounds.median(name, lambda sample: sample.cpu_milliseconds)
        result.rows.append((name, f"{per_second:,.0f}", f"{cpu:.2f}", f"{1000 / cpu:,.0f}"))
    for name in (CALM, BESIDE):
        result.rows.append((name, f"{EDGE_RATE}", "", f"p99 {edges.median(name, lambda load: load.p99):.2f} ms"))
    for name, target in ((SIGN_INS, SIGN_INS_PER_CORE), (REFRESHES, REFRESHES_PER_CORE)):
        figures = [sample.per_core for sample in rounds.samples[name]]
        ceiling = f"{1000 / hash_milliseconds:.0f}: the hash alone" if name == SIGN_INS else ""
        result.ratios.append(Ratio(f"{name} per core and second", figures, target, ceiling=ceiling))
    tail = edges.ratios(BESIDE, CALM, lambda load: load.p99)
    result.ratios.append(Ratio("p99 of the edge beside sign-ins, over alone", tail, TARGET_P99, at_most=True))
    result.notes.append(
        f"verifying one password takes {hash_milliseconds:.1f} ms of processor time (Argon2id, 7 MiB, 5 passes)"
    )
    result.notes.append("the processor time of PostgreSQL and of the clients is not counted")
    return result


def _of_the_edge(gateway: edge.Edge, folder: Path) -> Trickle:
    people = folder / "edge.people"
    if not people.exists():
        lines = (
            "\t".join(f"{name}: {value}" for name, value in edge.asked(gateway.bearer(n)).items()) for n in range(50)
        )
        people.write_text("\n".join(lines))
    return Running(
        gateway.port, edge.VERIFY, people, rate=EDGE_RATE, seconds=EDGE_SECONDS, connections=EDGE_CONNECTIONS
    ).result()


def _sign_in_until(provider: identity.IdentityProvider, ended: threading.Event) -> None:
    while not ended.is_set():
        provider.measure(provider.sign_in, clients=1, seconds=0.5)
