"""The static Traefik configuration with what this machine, or this start, puts in.

Static configuration has no variables, so this is the one file of traefik/ that differs from what lies there: in
its deadlines, and locally in five addresses and paths too. The dynamic files are used where they lie.
"""

from vf_runtime import Environment

from .errors import RunnerError
from .settings import LOOPBACK, Settings

DEADLINES = {
    "VF_EDGE_READ_TIMEOUT": ("readTimeout", 600, 0),
    "VF_EDGE_WRITE_TIMEOUT": ("writeTimeout", 0, 0),
    "VF_EDGE_IDLE_TIMEOUT": ("idleTimeout", 90, 1),
    "VF_EDGE_RESPONSE_TIMEOUT": ("responseHeaderTimeout", 600, 0),
    "VF_EDGE_DIAL_TIMEOUT": ("dialTimeout", 5, 1),
}
"""Each variable with its place in traefik.yml, its default and its least value in seconds; 0 is no limit."""

_LONGEST_SECONDS = 7 * 86_400


def local_static_configuration(settings: Settings) -> str:
    """The text of traefik/traefik.yml for this machine. Raises :class:`RunnerError` if a place is not found."""
    ports = settings.ports
    return _replaced(
        static_configuration(settings),
        {
            'address: ":8000"': f'address: "{LOOPBACK}:{ports.http}"',
            'address: ":8443"': f'address: "{LOOPBACK}:{ports.https}"',
            'address: ":8082"': f'address: "{LOOPBACK}:{ports.traefik_internal}"',
            "directory: /etc/traefik/dynamic": f"directory: {settings.root / 'traefik' / 'dynamic'}",
            "endpoint: http://gateway-auth:8001/": f"endpoint: {settings.url(ports.gateway_internal)}/",
        },
    )


def static_configuration(settings: Settings) -> str:
    """The text for a container, with the deadlines that the variables name.

    Raises :class:`SettingError` for a wrong deadline and :class:`RunnerError` if a place is not found.
    """
    text = (settings.root / "traefik" / "traefik.yml").read_text(encoding="utf-8")
    environment = Environment(settings.variables)
    places = {}
    for variable, (place, default, least) in DEADLINES.items():
        seconds = environment.integer(variable, default, least=least, most=_LONGEST_SECONDS)
        places[f" {place}: {default}s\n"] = f" {place}: {seconds}s\n"
    return _replaced(text, places)


def _replaced(text: str, places: dict[str, str]) -> str:
    for container, own in places.items():
        if text.count(container) != 1:
            raise RunnerError(f"traefik/traefik.yml must hold {container!r} exactly once")
        text = text.replace(container, own)
    return text
