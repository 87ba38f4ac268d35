"""The runner's settings: ports, names and folders. Read once from the environment."""

import os
import secrets
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.prepare.certificates import Certificates
from deploy.prepare.credentials import Credentials
from deploy.prepare.services import ROOT as ROOT
from deploy.prepare.services import Service, discover, port_variable
from vf_runtime import Environment, SettingError

LOOPBACK = "127.0.0.1"
"""The only interface on which processes listen."""

PORT_BASE = 8000
"""Base of all default ports; ``VF_PORT_BASE`` changes it."""

_HIGHEST_BASE = 64_000

PORT_VARIABLES = {
    "http": ("VF_HTTP_PORT", 8000),
    "https": ("VF_HTTPS_PORT", 8443),
    "identity": ("VF_IDENTITY_PORT", 8101),
    "website": ("VF_WEBSITE_PORT", 8104),
    "gateway": ("VF_GATEWAY_PORT", 8105),
    "gateway_internal": ("VF_GATEWAY_INTERNAL_PORT", 8106),
    "traefik_internal": ("VF_TRAEFIK_INTERNAL_PORT", 8107),
    "redis": ("VF_REDIS_PORT", 8108),
}
"""Each field of :class:`Ports` that is a single port, with its variable and its default."""


@dataclass(frozen=True, slots=True)
class Ports:
    """One listening port per field."""

    http: int
    https: int
    identity: int
    website: int
    gateway: int
    gateway_internal: int
    traefik_internal: int
    redis: int
    services: Mapping[str, int]
    """Each service's port, by its name."""

    @classmethod
    def from_environment(cls, env: Environment, services: Iterable[Service]) -> Self:
        """Return the ports that the variables name. Raises :class:`SettingError`, also for duplicate ports."""
        further = port_base(env) - PORT_BASE

        def number(variable: str, default: int) -> int:
            return env.integer(variable, default + further, least=1, most=65535)

        ports = cls(
            **{field: number(*row) for field, row in PORT_VARIABLES.items()},
            services={service.name: number(service.port_variable, service.port) for service in services},
        )
        taken: dict[int, str] = {}
        for variable, port in ports.by_variable():
            if port in taken:
                raise SettingError(f"{variable} is {port}: it must differ from {taken[port]}")
            taken[port] = variable
        return ports

    @classmethod
    def free(cls) -> Self:
        """Return currently unused ports, for an additional platform."""
        with ExitStack() as stack:

            def free_port() -> int:
                return _bind_somewhere(stack.enter_context(socket.socket()))

            found = {field: free_port() for field in PORT_VARIABLES}
            return cls(**found, services={service.name: free_port() for service in discover()})

    def of(self, part: str) -> int:
        """Return the port of a service or another component, by its name."""
        return self.services[part] if part in self.services else int(getattr(self, part))

    def by_variable(self) -> list[tuple[str, int]]:
        """Return each port with its variable."""
        own = [(variable, getattr(self, field)) for field, (variable, _) in PORT_VARIABLES.items()]
        return [*own, *((port_variable(name), port) for name, port in self.services.items())]

    def busy(self) -> list[tuple[str, int]]:
        """Return the variables and ports that another program uses."""
        return [(variable, port) for variable, port in self.by_variable() if not _can_listen(LOOPBACK, port)]


def port_base(env: Environment) -> int:
    """Return ``VF_PORT_BASE``, the base of ports without a variable of their own."""
    return env.integer("VF_PORT_BASE", PORT_BASE, least=1024, most=_HIGHEST_BASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a platform on this machine."""

    ports: Ports
    state_dir: Path
    """Folder of keys, secrets, databases, logs and the generated configuration.

    By default ``.run`` in the checkout, and ``.run/9000`` with ``VF_PORT_BASE=9000``.
    """
    base_domain: str
    layout: str
    variables: Mapping[str, str]
    """The environment from which components get their variables."""
    services: tuple[Service, ...]
    """The discovered services."""
    cookie_prefix: str = ""
    """Prefix of an additional platform's cookies, because cookies ignore ports (RFC 6265 §8.5)."""
    port_base: int = PORT_BASE
    """``VF_PORT_BASE``, which commands need to find this platform."""
    direct: bool = False
    """``VF_AUTH_MODE``: True if the services verify tokens themselves."""
    signs_with_secret: bool = False
    """``VF_JWT_ALGORITHM``: True if tokens are signed with a shared secret (HS256)."""
    admin: bool = True
    """``VF_ADMIN``: True if operators can read the stored records on ``admin.BASE_DOMAIN``."""
    root: Path = ROOT

    @classmethod
    def from_environment(
        cls,
        variables: Mapping[str, str] | None = None,
        *,
        ports: Ports | None = None,
        state_dir: Path | None = None,
    ) -> Self:
        """Read and check the settings. Raises :class:`SettingError` with one line that names the variable."""
        source = os.environ if variables is None else variables
        env = Environment(source)
        if env.production:
            raise SettingError("VF_ENV is production: this runner is only for development. Use docker-compose.yml")
        services = discover()
        base = port_base(env)
        beside = base != PORT_BASE
        folder = env.text("VF_RUN_DIR", ".run")
        if beside and folder == ".run":
            folder = f".run/{base}"
        return cls(
            ports=ports or Ports.from_environment(env, services),
            state_dir=(state_dir or ROOT / folder).resolve(),
            services=services,
            cookie_prefix=env.text("VF_COOKIE_PREFIX", "") or (f"vf{base}_" if beside else ""),
            port_base=base,
            base_domain=env.text("BASE_DOMAIN", "vfservices.localhost").lower(),
            layout=env.choice("VF_LAYOUT", ("one-origin", "subdomains"), "one-origin"),
            variables=source,
            direct=env.choice("VF_AUTH_MODE", ("edge", "direct"), "edge") == "direct",
            admin=env.flag("VF_ADMIN", True),
            signs_with_secret=env.text("VF_JWT_ALGORITHM", "ES256") == "HS256",
        )

    @property
    def log_dir(self) -> Path:
        """Return the folder of the logs, one file per process."""
        return self.state_dir / "log"

    def make(self, target: str) -> str:
        """Return the command that runs a target of the Makefile for this platform."""
        return f"make {target}" if self.port_base == PORT_BASE else f"VF_PORT_BASE={self.port_base} make {target}"

    def credentials(self) -> Credentials:
        """Return the paths of the keys and secrets."""
        redis = f"{LOOPBACK}:{self.ports.redis}"
        return Credentials(self.state_dir, self.services, redis=redis, root=self.root)

    def certificates(self) -> Certificates:
        """Return the paths of the certificate for HTTPS and its authority."""
        return Certificates(self.state_dir, self.base_domain)

    def url(self, port: int, path: str = "") -> str:
        """Return a URL on the internal network."""
        return f"http://{LOOPBACK}:{port}{path}"

    def public_url(self, path: str = "/", *, subdomain: str = "", secure: bool = False) -> str:
        """Return a URL as a user types it."""
        host = f"{subdomain}.{self.base_domain}" if subdomain else self.base_domain
        scheme, port = ("https", self.ports.https) if secure else ("http", self.ports.http)
        return f"{scheme}://{host}:{port}{path}"


def _bind_somewhere(listener: socket.socket) -> int:
    """Bind a port below the range of outgoing connections, so that no connection takes it before its server."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            continue
        return port


def _can_listen(host: str, port: int) -> bool:
    with socket.socket() as listener:
        # Like the servers: a closing connection doesn't make a port busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True
