"""(a) One worker with one repeated token, compared with nginx, which responds at once."""

from dataclasses import dataclass

from .. import edge, nginx, wrk
from ..context import Context
from ..processes import LOOPBACK, Server
from ..results import Ratio, Result

TITLE = "One gateway-auth worker, a repeated token, keep-alive, against nginx `return 200` with the same headers"
TARGET = 0.9


@dataclass(frozen=True, slots=True)
class Sample:
    """A run of wrk and the CPU time that the server used."""

    load: wrk.Load
    cpu_microseconds: float
    """User and system time of the server per request."""


def run(context: Context) -> Result:
    """Measure both alternately, each for one second: in 3 s, a virtual machine can slow down by a fifth."""
    context = context.finer(3)
    with context.stage() as stage:
        gateway = edge.start(stage)
        stub, stub_port = nginx.start_stub(stage, "stub", edge.identity_answer(gateway))
        headers = edge.asked(gateway.bearer())
        stub_url = f"http://{LOOPBACK}:{stub_port}{edge.VERIFY}"

        def sample(server: Server, url: str) -> Sample:
            before = server.cpu_seconds()
            load = wrk.run(url, headers, context.seconds)
            return Sample(load, (server.cpu_seconds() - before) / load.requests * 1e6)

        rounds = context.measure(
            stage,
            {
                "nginx": lambda: sample(stub, stub_url),
                "gateway-auth": lambda: sample(gateway.server, gateway.url()),
            },
        )
    result = Result("a", TITLE, ("server", "requests/s", "p50 ms", "p99 ms", "CPU µs/request"), others=rounds.others)
    for name in ("nginx", "gateway-auth"):
        result.rows.append(
            (
                name,
                f"{rounds.median(name, lambda s: s.load.per_second):,.0f}",
                f"{rounds.median(name, lambda s: s.load.p50):.2f}",
                f"{rounds.median(name, lambda s: s.load.p99):.2f}",
                f"{rounds.median(name, lambda s: s.cpu_microseconds):.1f}",
            )
        )
    ratios = rounds.ratios("gateway-auth", "nginx", lambda s: s.load.per_second)
    ceiling = "1.0: both are driven by the same single wrk thread, which shares the cores with the server"
    result.ratios.append(Ratio("requests/s over nginx", ratios, TARGET, ceiling=ceiling))
    return result
