"""Keys and secrets in one folder, created once and readable only by their owner."""

import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from .services import ROOT, Service


def django_parts(services: Iterable[Service]) -> tuple[str, ...]:
    """Return every Django component of an installation with these services. Each has a SECRET_KEY."""
    return ("identity-provider", *(service.name for service in services), "website")


class Credentials:
    """Paths of the keys and secrets. :meth:`create` creates what is missing and keeps existing files."""

    def __init__(self, state_dir: Path, services: Iterable[Service], *, redis: str, root: Path = ROOT) -> None:
        """``redis``: its host and port. ``root``: the folder with ``redis/users.acl``."""
        self._users = root / "redis" / "users.acl"
        self._redis = redis
        self._django_parts = django_parts(services)
        self.folder = state_dir / "secrets"
        self.signing_keys = state_dir / "keys"
        self.assertion_key = self.folder / "assertion-key.pem"
        self.refresh_secret = self.folder / "refresh-secret"
        self.jwt_secret = self.folder / "jwt-secret"
        self.redis_users = self.folder / "redis-users.acl"
        self.publisher_url = self.folder / "redis-publisher-url"
        self.reader_url = self.folder / "redis-reader-url"

    def django_key(self, part: str) -> Path:
        """Return the file with a Django component's SECRET_KEY."""
        return self.folder / f"{part}-django-key"

    def reader_password(self) -> str:
        """Return the password for the readiness probe of Redis."""
        return self.password("redis-reader")

    def password(self, account: str) -> str:
        """Return the password of a Redis or PostgreSQL account; generate it on the first call."""
        path = self.folder / f"{account}-password"
        _write_once(path, lambda: secrets.token_hex(24))
        return path.read_text(encoding="utf-8")

    def create(self) -> bool:
        """Create what is missing. Return True if anything was."""
        made = False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in (self.refresh_secret, self.jwt_secret, *map(self.django_key, self._django_parts)):
            made |= _write_once(path, lambda: secrets.token_urlsafe(48))
        made |= _write_once(self.assertion_key, _new_key)
        self._write_redis_users()
        return made

    def _write_redis_users(self) -> None:
        users = self._users.read_text(encoding="utf-8")
        for user, url in (("publisher", self.publisher_url), ("reader", self.reader_url)):
            password = self.password(f"redis-{user}")
            users = users.replace(f"{user.upper()}_PASSWORD", password)
            _write(url, f"redis://{user}:{password}@{self._redis}/0")
        _write(self.redis_users, users)


def _new_key() -> str:
    from vf_tokens import generate_pem  # slow to import; later starts don't need it

    return generate_pem().decode("ascii")


def _write_once(path: Path, make: Callable[[], str]) -> bool:
    if path.exists():
        return False
    _write(path, make())
    return True


def _write(path: Path, text: str) -> None:
    """Replace the file atomically, so that an interrupted start leaves no incomplete secret."""
    temporary = path.with_name(path.name + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - a mode at creation
        file.write(text)
    temporary.replace(path)
