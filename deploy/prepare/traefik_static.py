"""The static Traefik configuration with the deadlines of this installation: it knows no variables of its own."""

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
"""Each variable with its place in traefik.yml, its default and its least value in seconds; 0 is no limit."""

_LONGEST_SECONDS = 7 * 86_400


def static_configuration(root: Path, variables: Mapping[str, str]) -> str:
    """The text of traefik/traefik.yml below ``root``, with the deadlines that ``variables`` name.

    Raises :class:`SettingError` for a wrong deadline, or if a place is not found.
    """
    environment = Environment(variables)
    places = {}
    for variable, (place, default, least) in DEADLINES.items():
        seconds = environment.integer(variable, default, least=least, most=_LONGEST_SECONDS)
        places[f" {place}: {default}s\n"] = f" {place}: {seconds}s\n"
    return replaced((root / "traefik" / "traefik.yml").read_text(encoding="utf-8"), places)


def replaced(text: str, places: Mapping[str, str]) -> str:
    """``text`` with each place, which it holds exactly once, replaced. Raises :class:`SettingError`."""
    for shipped, own in places.items():
        if text.count(shipped) != 1:
            raise SettingError(f"traefik/traefik.yml must hold {shipped!r} exactly once")
        text = text.replace(shipped, own)
    return text
