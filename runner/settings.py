"""The runner's settings: which ports, which names, which folders. Read once from the environment."""

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from vf_runtime import Environment, SettingError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

LOOPBACK = "127.0.0.1"
"""Everything listens here and nowhere else."""

PORT_VARIABLES = {
    "http": ("VF_HTTP_PORT", 8000),
    "https": ("VF_HTTPS_PORT", 8443),
    "identity": ("VF_IDENTITY_PORT", 8101),
    "billing": ("VF_BILLING_PORT", 8102),
    "inventory": ("VF_INVENTORY_PORT", 8103),
    "website": ("VF_WEBSITE_PORT", 8104),
    "gateway": ("VF_GATEWAY_PORT", 8105),
    "gateway_internal": ("VF_GATEWAY_INTERNAL_PORT", 8106),
    "traefik_internal": ("VF_TRAEFIK_INTERNAL_PORT", 8107),
    "redis": ("VF_REDIS_PORT", 8108),
}
"""Each field of :class:`Ports` with the variable that changes it and its default."""


@dataclass(frozen=True, slots=True)
class Ports:
    """One listening port a field."""

    http: int
    https: int
    identity: int
    billing: int
    inventory: int
    website: int
    gateway: int
    gateway_internal: int
    traefik_internal: int
    redis: int

    @classmethod
    def from_environment(cls, env: Environment) -> Self:
        """The ports that the variables name. Raises :class:`SettingError`, also if two are the same."""
        ports = cls(
            **{
                field: env.integer(variable, default, least=1, most=65535)
                for field, (variable, default) in PORT_VARIABLES.items()
            }
        )
        taken: dict[int, str] = {}
        for field, port in asdict(ports).items():
            variable = PORT_VARIABLES[field][0]
            if port in taken:
                raise SettingError(f"{variable} is {port}: it must differ from {taken[port]}")
            taken[port] = variable
        return ports

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody uses just now, for a platform beside another one."""
        with ExitStack() as stack:
            found = {}
            for field in PORT_VARIABLES:
                listener = stack.enter_context(socket.socket())
                found[field] = _bind_somewhere(listener)
        return cls(**found)

    def busy(self) -> list[tuple[str, int]]:
        """The variables and ports that another program holds."""
        return [
            (PORT_VARIABLES[field][0], port) for field, port in asdict(self).items() if not _can_listen(LOOPBACK, port)
        ]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that one platform on this machine is made from."""

    ports: Ports
    state_dir: Path
    """Keys, secrets, databases, logs and the generated configuration; ``.run`` in the checkout by default."""
    base_domain: str
    layout: str
    variables: Mapping[str, str]
    """Where variables that belong to one part are taken from."""
    direct: bool = False
    """``VF_AUTH_MODE``: whether the services verify tokens themselves."""
    signs_with_secret: bool = False
    """``VF_JWT_ALGORITHM``: whether tokens are signed with a shared secret (HS256)."""
    root: Path = ROOT

    @classmethod
    def from_environment(
        cls,
        variables: Mapping[str, str] | None = None,
        *,
        ports: Ports | None = None,
        state_dir: Path | None = None,
    ) -> Self:
        """Read and check. Raises :class:`SettingError` with one line that names the variable."""
        source = os.environ if variables is None else variables
        env = Environment(source)
        if env.production:
            raise SettingError("VF_ENV is production: this runner is for development; use docker-compose.yml")
        return cls(
            ports=ports or Ports.from_environment(env),
            state_dir=(state_dir or ROOT / env.text("VF_RUN_DIR", ".run")).resolve(),
            base_domain=env.text("BASE_DOMAIN", "vfservices.localhost").lower(),
            layout=env.choice("VF_LAYOUT", ("one-origin", "subdomains"), "one-origin"),
            variables=source,
            direct=env.choice("VF_AUTH_MODE", ("edge", "direct"), "edge") == "direct",
            signs_with_secret=env.text("VF_JWT_ALGORITHM", "ES256") == "HS256",
        )

    @property
    def log_dir(self) -> Path:
        """One file a process."""
        return self.state_dir / "log"

    def url(self, port: int, path: str = "") -> str:
        """An address on the internal side."""
        return f"http://{LOOPBACK}:{port}{path}"

    def public_url(self, path: str = "/", *, subdomain: str = "", secure: bool = False) -> str:
        """An address as a person types it."""
        host = f"{subdomain}.{self.base_domain}" if subdomain else self.base_domain
        scheme, port = ("https", self.ports.https) if secure else ("http", self.ports.http)
        return f"{scheme}://{host}:{port}{path}"


def _bind_somewhere(listener: socket.socket) -> int:
    """Below the range of outgoing connections, so that nobody takes the port before its server does."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            continue
        return port


def _can_listen(host: str, port: int) -> bool:
    with socket.socket() as listener:
        # As the servers do: a connection that is merely closing does not make a port busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True
