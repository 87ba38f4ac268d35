"""The platform's processes: commands, environments and dependencies.

Each process gets what the runner creates for it and, from the runner's environment, exactly the variables that it reads
(:mod:`vf_runtime.variables`). Unused variables are reported (:mod:`runner.handing_on`).
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from deploy.prepare.certificates import Certificates
from deploy.prepare.credentials import Credentials
from deploy.prepare.services import Service
from vf_runtime import variables

from . import binaries
from .handing_on import FIXED
from .probes import http_ready, redis_ready, routers_ready
from .process import Process
from .settings import LOOPBACK, Settings

_SYSTEM = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "PYTHONDONTWRITEBYTECODE")
_READ_THE_LOG = "Fix the error shown above, then start again."


class ProcessPlan:
    """Builds the processes from the settings and the paths of the credentials."""

    def __init__(self, settings: Settings, credentials: Credentials, certificates: Certificates) -> None:
        self._settings = settings
        self._credentials = credentials
        self._certificates = certificates

    def all(self) -> list[Process]:
        """Return the processes in the order in which they are shown."""
        ports = self._settings.ports
        # These three have no dependencies. They wait because gateway-auth needs the identity provider: without
        # competition for the cores, it is ready in half the time, and everything is ready a second earlier.
        later = ("identity-provider",)
        return [
            self._valkey(),
            self._django(
                "identity-provider", ports.identity, self.database_environment("identity-provider"), needs=("valkey",)
            ),
            self._relay(),
            *(
                self._django(service.name, ports.services[service.name], self._of_service(service), needs=later)
                for service in self._settings.services
            ),
            self._django("website", ports.website, self.service_environment("website"), needs=later),
            self._gateway(),
            self._traefik(),
        ]

    def part_folder(self, part: str) -> Path:
        """Return the folder of a Django component's manage.py."""
        return self._settings.root / ("website" if part == "website" else f"services/{part}")

    def service_environment(self, part: str) -> dict[str, str]:
        """Return the environment of every Django component."""
        return self._environment(part, self._made_for_service(part))

    def database_environment(self, part: str) -> dict[str, str]:
        """Return the environment of a Django component with a database, also for its migrations."""
        made = {**self._made_for_service(part), **self._database(part)}
        if _folder_of(part) == "identity-provider":
            made.update(self._made_for_identity())
        return self._environment(part, made)

    def _of_service(self, service: Service) -> dict[str, str]:
        return self.database_environment(service.name) if service.database else self.service_environment(service.name)

    def _made_for_service(self, part: str) -> dict[str, str]:
        settings = self._settings
        return {
            "VF_SECRET_KEY_FILE": str(self._credentials.django_key(_folder_of(part))),
            "VF_EDGE_JWKS_URL": settings.url(settings.ports.gateway_internal, "/.well-known/jwks.json"),
            **(self._direct_keys() if settings.direct else {}),
        }

    def _made_for_identity(self) -> dict[str, str]:
        """Return the variables for the only component that sees signing keys."""
        return {
            **self._shared_secret(),
            "VF_SIGNING_KEYS_DIR": str(self._credentials.signing_keys),
            "VF_REFRESH_SECRET_FILE": str(self._credentials.refresh_secret),
            "VF_REDIS_URL_FILE": str(self._credentials.publisher_url),
        }

    def _database(self, part: str) -> dict[str, str]:
        file = self._settings.state_dir / "databases" / f"{_folder_of(part)}.sqlite3"
        return {"DATABASE_URL": f"sqlite:///{file}", "VF_DEMO_DATA": "on"}

    def _own_variables(self, part: str) -> frozenset[str]:
        """Return the additional variables of a service."""
        return frozenset(
            name for service in self._settings.services if service.name == part for name in service.variables
        )

    def _valkey(self) -> Process:
        settings = self._settings
        folder = settings.state_dir / "valkey"
        command = (
            *(str(binaries.valkey()), str(settings.root / "redis" / "redis.conf")),
            *("--port", str(settings.ports.redis), "--dir", str(folder)),
            *("--aclfile", str(self._credentials.redis_users)),
        )
        return Process(
            name="valkey",
            command=command,
            environment=self._system(),
            cwd=folder,
            ready=redis_ready(settings.ports.redis, "reader", self._credentials.reader_password()),
            advice=f"{_READ_THE_LOG} If its data is damaged, delete {folder}. The relay publishes it again.",
        )

    def _django(self, part: str, port: int, environment: Mapping[str, str], needs: tuple[str, ...] = ()) -> Process:
        package = part.replace("-", "_")
        return Process(
            name=part,
            command=(
                *(sys.executable, "-m", "gunicorn"),
                *("-c", "python:vf_service.gunicorn_conf", f"{package}.wsgi:application"),
            ),
            environment={**environment, "VF_BIND": f"{LOOPBACK}:{port}"},
            cwd=self.part_folder(part),
            ready=http_ready(port, "/readyz"),
            needs=needs,
            advice=_READ_THE_LOG,
        )

    def _relay(self) -> Process:
        return Process(
            name="revocation-relay",
            command=(sys.executable, "manage.py", "relay_revocations"),
            environment=self.database_environment("revocation-relay"),
            cwd=self.part_folder("identity-provider"),
            ready=_at_once,
            needs=("valkey",),
            advice=_READ_THE_LOG,
        )

    def _gateway(self) -> Process:
        settings, ports = self._settings, self._settings.ports
        return Process(
            name="gateway-auth",
            command=(sys.executable, "-m", "gateway_auth", "serve"),
            environment=self._environment(
                "gateway-auth",
                {
                    **self._shared_secret(),
                    "VF_GATEWAY_BIND": f"{LOOPBACK}:{ports.gateway}",
                    "VF_GATEWAY_INTERNAL_BIND": f"{LOOPBACK}:{ports.gateway_internal}",
                    "VF_JWKS_URL": self._key_set(),
                    "VF_TRAEFIK_API_URL": settings.url(ports.traefik_internal),
                    "VF_ASSERTION_KEY_FILE": str(self._credentials.assertion_key),
                    "VF_REDIS_URL_FILE": str(self._credentials.reader_url),
                },
            ),
            cwd=settings.root / "gateway-auth",
            ready=http_ready(ports.gateway_internal, "/readyz"),
            needs=("valkey", "identity-provider", "revocation-relay"),
            advice=_READ_THE_LOG,
        )

    def _traefik(self) -> Process:
        settings, ports = self._settings, self._settings.ports
        return Process(
            name="traefik",
            command=(str(binaries.traefik()), f"--configfile={settings.state_dir / 'traefik.yml'}"),
            environment=self._environment(
                "traefik",
                {
                    "VF_GATEWAY_URL": settings.url(ports.gateway),
                    "VF_GATEWAY_INTERNAL_URL": settings.url(ports.gateway_internal),
                    "VF_IDENTITY_URL": settings.url(ports.identity),
                    "VF_WEBSITE_URL": settings.url(ports.website),
                    "VF_TRAEFIK_INTERNAL_URL": settings.url(ports.traefik_internal),
                    "VF_TLS_CERT_FILE": str(self._certificates.certificate),
                    "VF_TLS_KEY_FILE": str(self._certificates.key),
                    "VF_SERVICES": " ".join(service.name for service in settings.services),
                },
                beyond={
                    service.url_variable: settings.url(ports.services[service.name]) for service in settings.services
                },
            ),
            cwd=settings.state_dir,
            ready=routers_ready(ports.traefik_internal),
            needs=("gateway-auth", *(service.name for service in settings.services), "website"),
            advice=f"{_READ_THE_LOG} The usual cause is a changed file in traefik/.",
        )

    def _system(self) -> dict[str, str]:
        """Return what any program needs. Temporary files are in the state folder; the next start removes them."""
        return {**self._given(_SYSTEM), "TMPDIR": str(self._settings.state_dir / "tmp")}

    def _environment(
        self, part: str, made: Mapping[str, str], *, beyond: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, str]:
        """Return exactly what ``part`` reads: ``made`` by the runner, or set by the user. ``beyond``: with names of
        services.
        """
        settings = self._settings
        read = variables.read_by(part, direct=settings.direct) | self._own_variables(part)
        everybody = {
            "VF_ENV": "development",
            "BASE_DOMAIN": settings.base_domain,
            "VF_LAYOUT": settings.layout,
            "VF_HTTP_PORT": str(settings.ports.http),
            "VF_HTTPS_PORT": str(settings.ports.https),
            **({"VF_COOKIE_PREFIX": settings.cookie_prefix} if settings.cookie_prefix else {}),
        }
        made = {name: value for name, value in {**everybody, **made}.items() if variables.plain(name) in read}
        by_mode = {"VF_JWT_SECRET", "VF_JWKS_URL"}  # created for those that need them
        given = read - FIXED.keys() - by_mode - {variables.plain(name) for name in made}
        return {**self._system(), **self._given(given), **made, **beyond}

    def _key_set(self) -> str:
        return self._settings.url(self._settings.ports.identity, "/.well-known/jwks.json")

    def _shared_secret(self) -> dict[str, str]:
        """Return the HS256 secret for components that need it, if tokens are signed with it."""
        if not self._settings.signs_with_secret:
            return {}
        return self._given(("VF_JWT_SECRET",)) or {"VF_JWT_SECRET_FILE": str(self._credentials.jwt_secret)}

    def _direct_keys(self) -> dict[str, str]:
        """Return how a service without a gateway verifies tokens: as set by the user, else as the identity provider
        signs.
        """
        given = self._given(("VF_JWKS_URL", "VF_JWT_SECRET"))
        return given or self._shared_secret() or {"VF_JWKS_URL": self._key_set()}

    def _given(self, names: Iterable[str]) -> dict[str, str]:
        """Return the variables that the user set, in the form in which they were set."""
        given = self._settings.variables
        forms = [form for name in sorted(names) for form in (name, f"{name}_FILE")]
        return {name: given[name] for name in forms if given.get(name)}


def parts_with_database(settings: Settings) -> tuple[str, ...]:
    """Return the identity provider and the services that declare a database."""
    return ("identity-provider", *(service.name for service in settings.services if service.database))


def _folder_of(part: str) -> str:
    """Return the component whose code and secrets a process uses."""
    return "identity-provider" if part == "revocation-relay" else part


async def _at_once() -> None:
    return None
