"""(d) Through Traefik: without authentication, with an empty authentication server, and with gateway-auth."""

from .. import edge, nginx, traefik, wrk
from ..context import Context
from ..processes import LOOPBACK
from ..results import Ratio, Result

TITLE = "Through Traefik with the shipped configuration, a repeated token, the same backend"
TARGET, TARGET_P99 = 0.9, 1.2
NONE, STUB, OURS = "no authentication", "ForwardAuth to nginx (the ceiling)", "ForwardAuth to gateway-auth"


def run(context: Context) -> Result:
    """Measure the three alternately."""
    with context.stage() as stage:
        gateway = edge.start(stage)
        _, stub_port = nginx.start_stub(stage, "stub", edge.identity_answer(gateway))
        _, backend = nginx.start_backend(stage)
        internal = gateway.internal_port
        _, ceiling = traefik.start(
            stage, "traefik-ceiling", auth_port=stub_port, internal_port=internal, backend_port=backend
        )
        _, ours = traefik.start(
            stage, "traefik-ours", auth_port=gateway.port, internal_port=internal, backend_port=backend
        )
        headers = {"Host": traefik.HOST, "Accept": "application/json", **gateway.bearer()}

        def sample(port: int, path: str) -> wrk.Load:
            return wrk.run(f"http://{LOOPBACK}:{port}{path}", headers, context.seconds)

        for port in (ceiling, ours):
            sample(port, traefik.PROTECTED)  # Traefik's first second is slower
        rounds = context.measure(
            stage,
            {
                NONE: lambda: sample(ours, traefik.OPEN),
                STUB: lambda: sample(ceiling, traefik.PROTECTED),
                OURS: lambda: sample(ours, traefik.PROTECTED),
            },
        )
    result = Result("d", TITLE, ("route", "requests/s", "p50 ms", "p99 ms"), others=rounds.others)
    for name in (NONE, STUB, OURS):
        figures = [
            rounds.median(name, lambda load: load.per_second),
            rounds.median(name, lambda load: load.p50),
            rounds.median(name, lambda load: load.p99),
        ]
        result.rows.append((name, f"{figures[0]:,.0f}", f"{figures[1]:.2f}", f"{figures[2]:.2f}"))
    speed = rounds.ratios(OURS, STUB, lambda load: load.per_second)
    tail = rounds.ratios(OURS, STUB, lambda load: load.p99)
    meaning = "1.0: nginx answers from its configuration"
    result.ratios.append(Ratio("requests/s over the ceiling", speed, TARGET, ceiling=meaning))
    result.ratios.append(Ratio("p99 over the ceiling's", tail, TARGET_P99, at_most=True, ceiling=meaning))
    return result
