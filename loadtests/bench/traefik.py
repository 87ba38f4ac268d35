"""The real Traefik with the files in ``traefik/``, and two routes to the benchmark's own backend."""

import dataclasses
from pathlib import Path

from runner import binaries
from runner.settings import Ports, Settings
from runner.traefik_config import local_static_configuration

from . import edge
from .processes import LOOPBACK, Server, Stage

HOST = "bench.vfservices.localhost"
OPEN, PROTECTED = "/open/", "/protected/"

_ROUTES = f"""\
http:
  routers:
    bench-open:
      rule: Host(`{HOST}`) && PathPrefix(`{OPEN}`)
      priority: 100
      entryPoints: [web]
      middlewares: [security-headers, cors@http]
      service: bench
    bench-protected:
      rule: Host(`{HOST}`) && PathPrefix(`{PROTECTED}`)
      priority: 100
      entryPoints: [web]
      middlewares: [protected-{edge.AUDIENCE}]
      service: bench
  services:
    bench:
      loadBalancer:
        servers:
          - url: http://{LOOPBACK}:%d
"""
"""The open route differs from the protected one only in ForwardAuth."""


def start(
    stage: Stage, name: str, *, auth_port: int, internal_port: int, backend_port: int, auth_prefix: str = ""
) -> tuple[Server, int]:
    """A Traefik that asks ``auth_port`` about each protected request; the server and its port.

    ``auth_prefix`` stands before the path that Traefik asks for. ``internal_port`` is gateway-auth's internal side,
    from which the cors middleware comes.
    """
    ports = dataclasses.replace(Ports.free(), gateway_internal=internal_port)
    folder = stage.folder / name
    dynamic = folder / "dynamic"
    dynamic.mkdir(parents=True)
    settings = Settings.from_environment({}, ports=ports, state_dir=folder)
    shipped = settings.root / "traefik" / "dynamic"
    for file in shipped.iterdir():
        (dynamic / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (dynamic / "bench.yml").write_text(_ROUTES % backend_port, encoding="utf-8")
    configuration = folder / "traefik.yml"
    text = local_static_configuration(settings).replace(f"directory: {shipped}", f"directory: {dynamic}")
    configuration.write_text(text, encoding="utf-8")
    server = stage.start(
        name,
        [Path(binaries.traefik()), f"--configfile={configuration}"],
        ready=lambda: edge.answers(ports.http, OPEN, host=HOST),
        environment={
            "VF_GATEWAY_URL": f"http://{LOOPBACK}:{auth_port}{auth_prefix}",
            "VF_GATEWAY_INTERNAL_URL": f"http://{LOOPBACK}:{internal_port}",
            "VF_TRAEFIK_INTERNAL_URL": f"http://{LOOPBACK}:{ports.traefik_internal}",
        },
    )
    return server, ports.http
