"""The services of this installation: each folder of ``services/`` with a file ``service.toml``.

To add a service, add its folder and its file in ``traefik/dynamic``; no list names the services
(docs/add-a-service.md).
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vf_runtime import SettingError

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, or its copy in a container."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TAKEN = {
    "gateway",
    "gateway-internal",
    "http",
    "https",
    "identity",
    "operator",
    "redis",
    "traefik-internal",
    "website",
}
"""Names that already have a port, a chain or an audience."""


@dataclass(frozen=True, slots=True)
class Service:
    """An API service, as its ``service.toml`` describes it."""

    name: str
    """The folder's name, and the audience of the service's assertions."""
    port: int
    """Port of the local run, relative to the base 8000; ``VF_PORT_BASE`` and the service's own variable change it."""
    user: int
    """The user and group ID of its container's processes."""
    database: bool = False
    """True if the service has a database of its own."""
    demo_data: bool = False
    """True if its manage.py has the command ``load_demo_data``."""
    example: str = ""
    """A path of its API that the local run shows to users."""
    variables: tuple[str, ...] = ()
    """Environment variables that it reads in addition to those of every service."""

    @property
    def port_variable(self) -> str:
        """Return the variable that changes the port of the local run."""
        return port_variable(self.name)

    @property
    def url_variable(self) -> str:
        """Return the variable with the service's URL for Traefik."""
        return f"VF_{_upper(self.name)}_URL"


def port_variable(name: str) -> str:
    """Return the variable that changes the local port of the service ``name``."""
    return f"VF_{_upper(name)}_PORT"


def valid_name(name: str) -> bool:
    """Return True if a service can have this name."""
    return bool(_NAME.fullmatch(name)) and name not in _TAKEN


def discover(root: Path = ROOT) -> tuple[Service, ...]:
    """Return all services, ordered by port. Raises :class:`SettingError` for an invalid file or a number used twice."""
    found = sorted(map(_read, (root / "services").glob("*/service.toml")), key=lambda service: service.port)
    for field in ("port", "user"):
        taken: dict[int, str] = {}
        for service in found:
            number = getattr(service, field)
            if number in taken:
                raise SettingError(
                    f"services/{service.name}/service.toml: {field} is {number}, which {taken[number]} already uses"
                )
            taken[number] = service.name
    return tuple(found)


def _upper(name: str) -> str:
    return name.replace("-", "_").upper()


def _read(path: Path) -> Service:
    name = path.parent.name
    where = f"services/{name}/service.toml"
    if not valid_name(name):
        raise SettingError(f"{where}: {name!r} is not a valid name for a service")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{where} is not valid TOML: {error}") from None
    return Service(name=name, **_checked(values, where))


def _checked(values: dict[str, Any], where: str) -> dict[str, Any]:
    types = {"port": int, "user": int, "database": bool, "demo_data": bool, "example": str, "variables": list}
    for key, value in values.items():
        if key not in types:
            raise SettingError(f"{where}: unknown key {key}. Use {', '.join(types)}")
        if type(value) is not types[key]:
            raise SettingError(f"{where}: {key} must be of type {types[key].__name__}")
    for key, least in (("port", 8001), ("user", 1000)):
        if not least <= values.get(key, 0) <= 65535:
            raise SettingError(f"{where}: {key} must be a number from {least} to 65535")
    names = values.get("variables", [])
    if not all(isinstance(name, str) and re.fullmatch(r"VF_[A-Z0-9_]+", name) for name in names):
        raise SettingError(f"{where}: variables must be names that start with VF_")
    return {**values, "variables": tuple(names)}
