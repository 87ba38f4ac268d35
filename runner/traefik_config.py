"""The container's static Traefik configuration with this machine's addresses and paths put in.

Static configuration has no variables, so this is the one file of traefik/ that differs locally, and only in
these five places. The dynamic files are used where they lie.
"""

from .errors import RunnerError
from .settings import LOOPBACK, Settings


def local_static_configuration(settings: Settings) -> str:
    """The text of traefik/traefik.yml for this machine. Raises :class:`RunnerError` if a place is not found."""
    text = (settings.root / "traefik" / "traefik.yml").read_text(encoding="utf-8")
    ports = settings.ports
    replacements = {
        'address: ":8000"': f'address: "{LOOPBACK}:{ports.http}"',
        'address: ":8443"': f'address: "{LOOPBACK}:{ports.https}"',
        'address: ":8082"': f'address: "{LOOPBACK}:{ports.traefik_internal}"',
        "directory: /etc/traefik/dynamic": f"directory: {settings.root / 'traefik' / 'dynamic'}",
        "endpoint: http://gateway-auth:8001/": f"endpoint: {settings.url(ports.gateway_internal)}/",
    }
    for container, local in replacements.items():
        if text.count(container) != 1:
            raise RunnerError(f"traefik/traefik.yml must hold {container!r} exactly once")
        text = text.replace(container, local)
    return text
