"""Keys and secrets for the containers: ``python -m deploy.prepare``, the first command of docker-compose.yml.

They are created once, as for the local run. Each container's user gets a folder with only what it needs, and can open
no other. This process runs as root, without a network, and ends.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vf_runtime import Environment, SettingError

from .certificates import Certificates
from .credentials import Credentials, django_parts
from .services import ROOT, Service, discover
from .traefik_static import static_configuration

SECRETS = Path("/run/vf")
"""The volume with secrets; every container mounts it at the same path."""

TLS = Path("/run/tls")
"""The volume, or the operator's folder, with the certificate for HTTPS."""

TRAEFIK = Path("/run/traefik")
"""The volume with Traefik's static configuration, which can't contain variables, and the services' names."""

REDIS_DATA = Path("/run/redis-data")
"""The volume in which Redis stores the stream."""

USERS = {
    "gateway-auth": 10001,
    "identity-provider": 10002,
    "website": 10005,
    "redis": 10006,
    "traefik": 10007,
    "postgres": 999,  # from its image, which owns the data folder
}
"""The user and group ID of each container's processes. A service's ID is in its ``service.toml``."""


def users(services: Iterable[Service]) -> dict[str, int]:
    """Return the user of each container, services included. Raises :class:`SettingError` if two
    containers share one.
    """
    found = dict(USERS)
    for service in services:
        if service.user in USERS.values():
            raise SettingError(
                f"services/{service.name}/service.toml: another container already uses user {service.user}"
            )
        found[service.name] = service.user
    return found


def main() -> int:
    """Create what is missing and distribute it. The exit status is 2 for an invalid setting."""
    try:
        services = discover()
        prepare(Environment(), services, secrets=SECRETS, tls=TLS)
        write_traefik_configuration(os.environ, services, TRAEFIK)
        os.chown(REDIS_DATA, USERS["redis"], USERS["redis"])
    except SettingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def prepare(environment: Environment, services: Sequence[Service], *, secrets: Path, tls: Path) -> None:
    """Fill both folders. Raises :class:`SettingError` if production lacks a certificate."""
    owners = users(services)
    made = secrets / "made"
    base_domain = environment.text("BASE_DOMAIN", "vfservices.localhost").lower()
    credentials = Credentials(made, services, redis="redis:6379")
    credentials.create()
    for part, files in _secrets_by_part(credentials, services).items():
        _hand_out(secrets / part, files, owners[part])
    if environment.production:
        _require_certificate(tls)
    else:
        _make_certificate(Certificates(made, base_domain), tls)


def write_traefik_configuration(variables: Mapping[str, str], services: Iterable[Service], folder: Path) -> None:
    """Write traefik.yml with the timeouts in ``variables``, and the services' names for ``VF_SERVICES``.

    Raises :class:`SettingError` for an invalid timeout.
    """
    names = " ".join(service.name for service in services)
    files = {"traefik.yml": static_configuration(ROOT, variables), "services": names}
    _hand_out(folder, files, USERS["traefik"])


def _secrets_by_part(credentials: Credentials, services: Sequence[Service]) -> dict[str, dict[str, str]]:
    read = {part: {"django-key": credentials.django_key(part).read_text("utf-8")} for part in django_parts(services)}
    databases = ("identity-provider", *(service.name for service in services if service.database))
    passwords = {part: credentials.password(f"postgres-{part}") for part in databases}
    for part, password in passwords.items():
        user = part.replace("-", "_")
        read[part]["database-url"] = f"postgres://{user}:{password}@postgres:5432/{user}"
    read["identity-provider"]["refresh-secret"] = credentials.refresh_secret.read_text("utf-8")
    read["identity-provider"]["redis-url"] = credentials.publisher_url.read_text("utf-8")
    read["gateway-auth"] = {
        "assertion-key.pem": credentials.assertion_key.read_text("utf-8"),
        "redis-url": credentials.reader_url.read_text("utf-8"),
    }
    read["redis"] = {
        "users.acl": credentials.redis_users.read_text("utf-8"),
        "reader-password": credentials.reader_password(),
    }
    read["postgres"] = {f"{part}-password": password for part, password in passwords.items()}
    read["postgres"]["superuser-password"] = credentials.password("postgres-superuser")
    return read


def _make_certificate(certificates: Certificates, tls: Path) -> None:
    certificates.create()
    made = (certificates.authority, certificates.certificate, certificates.key)
    _hand_out(tls, {path.name: path.read_text("ascii") for path in made}, USERS["traefik"])


def _require_certificate(tls: Path) -> None:
    for name in ("server.crt", "server.key"):
        if not (tls / name).is_file():
            raise SettingError(
                f"VF_TLS_DIR contains no {name}: in production it must be a folder with your certificate as "
                f"server.crt and server.key, readable by user ID {USERS['traefik']}"
            )


def _hand_out(folder: Path, files: Mapping[str, str], user: int) -> None:
    """Write the files so that ``user`` may read them and no user may change them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        new = folder / f"{name}.new"
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
            file.write(text)
        os.chown(new, user, user)
        new.replace(folder / name)
    os.chown(folder, user, user)
    folder.chmod(0o700)
