"""The static Traefik configuration with this installation's timeouts. Traefik reads no variables in that file."""

from collections.abc import Mapping
from pathlib import Path

from vf_runtime import Environment, SettingError

DEADLINES = {
    "VF_EDGE_READ_TIMEOUT": ("readTimeout", 600, 0),
    "VF_EDGE_WRITE_TIMEOUT": ("writeTimeout", 0, 0),
    "VF_EDGE_IDLE_TIMEOUT": ("idleTimeout", 90, 1),
    "VF_EDGE_RESPONSE_TIMEOUT": ("responseHeaderTimeout", 600, 0),
    "VF_EDGE_DIAL_TIMEOUT": ("dialTimeout", 5, 1),
}
"""Each variable with its path in traefik.yml, its default and its minimum in seconds; 0 is no limit."""

_LONGEST_SECONDS = 7 * 86_400


def static_configuration(root: Path, variables: Mapping[str, str]) -> str:
    """Return the text of traefik/traefik.yml below ``root``, with the timeouts from ``variables``.

    Raises :class:`SettingError` for an invalid timeout, or if a path is not found.
    """
    environment = Environment(variables)
    places = {}
    for variable, (place, default, least) in DEADLINES.items():
        seconds = environment.integer(variable, default, least=least, most=_LONGEST_SECONDS)
        places[f" {place}: {default}s\n"] = f" {place}: {seconds}s\n"
    return replaced((root / "traefik" / "traefik.yml").read_text(encoding="utf-8"), places)


def replaced(text: str, places: Mapping[str, str]) -> str:
    """Return ``text`` with each of the places replaced; each must occur exactly once. Raises :class:`SettingError`."""
    for shipped, own in places.items():
        if text.count(shipped) != 1:
            raise SettingError(f"traefik/traefik.yml must contain {shipped!r} exactly once")
        text = text.replace(shipped, own)
    return text
