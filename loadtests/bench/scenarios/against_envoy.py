"""(g) nginx with ``auth_request`` to gateway-auth, compared with Envoy and its own token filter."""

from vf_tokens import key_set_document

from .. import edge, envoy, nginx, wrk
from ..context import Context
from ..processes import LOOPBACK
from ..results import Ratio, Result

TITLE = "nginx asking gateway-auth about every request, against Envoy's own jwt_authn filter; same backend and token"
TARGET = 1.5
NONE = "nginx, no authentication"
OURS = "nginx with gateway-auth"
ENVOY = "Envoy with jwt_authn"
CACHED = "Envoy with jwt_authn and its token cache"
CACHE_SIZE = 1000


def run(context: Context) -> Result:
    """Measure all variants alternately."""
    with context.stage() as stage:
        gateway = edge.start(stage)
        _, backend = nginx.start_backend(stage)
        keys = key_set_document([gateway.key])
        ports = {
            NONE: nginx.start_proxy(stage, backend)[1],
            OURS: nginx.start_auth_request(stage, backend, gateway.port, edge.AUDIENCE)[1],
            ENVOY: envoy.start(stage, "envoy", keys=keys, backend=backend, cached=0)[1],
            CACHED: envoy.start(stage, "envoy-cached", keys=keys, backend=backend, cached=CACHE_SIZE)[1],
        }
        headers = {"Host": "vfservices.localhost", "Accept": "application/json", **gateway.bearer()}

        def sample(name: str) -> wrk.Load:
            return wrk.run(f"http://{LOOPBACK}:{ports[name]}/api/billing/summary/", headers, context.seconds)

        rounds = context.measure(stage, {name: lambda name=name: sample(name) for name in ports})
    result = Result("g", TITLE, ("proxy", "requests/s", "p50 ms", "p99 ms"), others=rounds.others)
    for name in ports:
        figures = [
            rounds.median(name, lambda load: load.per_second),
            rounds.median(name, lambda load: load.p50),
            rounds.median(name, lambda load: load.p99),
        ]
        result.rows.append((name, f"{figures[0]:,.0f}", f"{figures[1]:.2f}", f"{figures[2]:.2f}"))
    best = rounds.median(NONE, lambda load: load.per_second) / rounds.median(ENVOY, lambda load: load.per_second)
    for reference, note in ((ENVOY, "as Envoy is by default"), (CACHED, "Envoy remembers verified tokens too")):
        ratios = rounds.ratios(OURS, reference, lambda load: load.per_second)
        ceiling = f"{best:.2f} with an authentication server that costs nothing" if reference == ENVOY else ""
        result.ratios.append(Ratio(f"requests/s over Envoy, {note}", ratios, TARGET, ceiling=ceiling))
    result.notes.append(
        f"nginx and gateway-auth have one worker each, Envoy {envoy.WORKERS}; "
        "Envoy hands the claims on, unsigned, and knows no revocation"
    )
    return result
