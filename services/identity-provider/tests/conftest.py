"""What the tests of this part share. Real servers (gunicorn, Valkey, PostgreSQL) are in ``servers.py``."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from identity_provider import audit
from identity_provider.accounts.imported_hashes import kinds_in_use
from identity_provider.accounts.models import User
from identity_provider.configuration import IdentitySettings
from identity_provider.revocations.publisher import revocation_stream
from identity_provider.roles import Roles
from identity_provider.signing.key_files import write_new_key
from identity_provider.signing.key_ring import key_ring
from rest_framework.test import APIClient
from structlog.testing import capture_logs
from structlog.typing import EventDict

from vf_runtime import RedisAddress

PASSWORD = "correct horse 7"

pytest_plugins = ["tests.servers"]


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signing-keys")
    write_new_key(folder, algorithm="ES256", now=datetime(2026, 1, 1, tzinfo=UTC))
    return folder


@pytest.fixture(autouse=True)
def fresh_bounds(monkeypatch):
    """What another test has caused does not count."""
    monkeypatch.setattr(audit, "_bounds", audit.Bounds())


@pytest.fixture
def log_lines() -> Iterator[list[EventDict]]:
    """What is logged during the test."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(autouse=True)
def identity(settings, signing_keys) -> Iterator[IdentitySettings]:
    """This test's own settings: a key folder, and a Redis that is not there."""
    original = django_settings.VF_IDENTITY
    settings.VF_IDENTITY = replace(
        original,
        production=False,
        redis=RedisAddress("redis://127.0.0.1:1/0"),
        signing=replace(original.signing, keys_dir=signing_keys),
    )
    key_ring.cache_clear()
    revocation_stream.cache_clear()
    kinds_in_use.cache_clear()
    yield settings.VF_IDENTITY
    key_ring.cache_clear()
    revocation_stream.cache_clear()
    kinds_in_use.cache_clear()


@pytest.fixture
def configure(settings):
    """Change session, signing or top-level settings for one test."""

    def change(*, sessions=None, signing=None, **top):
        current = settings.VF_IDENTITY
        settings.VF_IDENTITY = replace(
            current,
            sessions=replace(current.sessions, **(sessions or {})),
            signing=replace(current.signing, **(signing or {})),
            **top,
        )
        key_ring.cache_clear()

    return change


class AnyRole(Roles):
    """A roles file that describes every role."""

    __slots__ = ()

    def __contains__(self, name):
        return True

    def known(self, names):
        return list(names)

    def why_unknown(self, names):
        return ""


@pytest.fixture
def any_role(configure):
    """Every well-formed name is a role."""
    configure(roles=AnyRole())


@pytest.fixture
def make_user(db):
    def make(username="alice", *, password=PASSWORD, roles=("customer",), verified=None, **fields):
        user = User(
            username=username, email=fields.pop("email", f"{username}@example.test"), roles=list(roles), **fields
        )
        user.set_password(password)
        user.save()
        if verified is not None:
            EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user

    return make


@pytest.fixture
def alice(make_user):
    return make_user("alice")


@pytest.fixture
def bob(make_user):
    return make_user("bob")


class Browser(APIClient):
    """Sends a cookie to the paths below its ``Path`` only, as browsers do; Django's client sends it to each."""

    def request(self, **request):
        request.setdefault("HTTP_COOKIE", self._cookies_for(request.get("PATH_INFO", "/")))
        return super().request(**request)

    def _cookies_for(self, path):
        sent = [
            cookie
            for key, cookie in self.cookies.items()
            if path.startswith(cookie["path"]) and not (cookie["max-age"] == 0 and key != cookie.key)
        ]
        return "; ".join(f"{cookie.key}={cookie.coded_value}" for cookie in sent)


@pytest.fixture
def client():
    return Browser(SERVER_NAME="vfservices.localhost")


@pytest.fixture
def other_client():
    return Browser(SERVER_NAME="vfservices.localhost")


@pytest.fixture
def sign_in(client):
    def post(username="alice", password=PASSWORD, *, using=client, **fields):
        return using.post("/api/auth/login/", {"username": username, "password": password, **fields}, format="json")

    return post
