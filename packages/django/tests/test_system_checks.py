"""Each check fires on what it is for, and the example service, set up as the README says, has none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.urls import clear_url_caches
from example import views
from rest_framework.authentication import BasicAuthentication

from vf_django.authentication import EdgeAuthentication
from vf_django.middleware import EdgeIdentityMiddleware

EDGE = "vf_django.middleware.EdgeIdentityMiddleware"
DIRECT = "vf_django.middleware.JWTAuthenticationMiddleware"
CONTEXT = "vf_django.middleware.RequestContextMiddleware"
AUTH = "django.contrib.auth.middleware.AuthenticationMiddleware"
UPDATE = "django.middleware.cache.UpdateCacheMiddleware"
FETCH = "django.middleware.cache.FetchFromCacheMiddleware"
VF_DIRECT = {"ISSUER": "https://vf.example", "SECRET": "s" * 32}
EVERYBODY = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"]}


def found(*, deploy: bool = False) -> set[str]:
    clear_url_caches()
    return {message.id for message in run_checks(include_deployment_checks=deploy) if message.id.startswith("vf.")}


def changed(settings, **changes) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)


def test_a_service_set_up_as_documented_has_nothing_to_say(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.VF_GUNICORN_CONFIG = "python:example.gunicorn_conf"
    settings.WSGI_APPLICATION = "example.wsgi.application"
    assert found(deploy=True) == set()


ALWAYS = {
    "VF_EDGE is missing": ({"VF_EDGE": None}, "vf.E001"),
    "VF_EDGE has no audience": ({"VF_EDGE": {"JWKS_FILE": "/keys"}}, "vf.E001"),
    "VF_EDGE has no key source": ({"VF_EDGE": {"AUDIENCE": "example"}}, "vf.E001"),
    "VF_DIRECT has no key source": ({"MIDDLEWARE": [DIRECT], "VF_DIRECT": {"ISSUER": "https://vf.example"}}, "vf.E001"),
    "VF_DIRECT has a short secret": (
        {"MIDDLEWARE": [DIRECT], "VF_DIRECT": {"ISSUER": "https://vf.example", "SECRET": "short"}},
        "vf.E001",
    ),
    "a role has a string for a list": ({"VF_ROLE_PERMISSIONS": {"clerk": "shop.view_order"}}, "vf.E018"),
    "no identity middleware": ({"MIDDLEWARE": [CONTEXT]}, "vf.E002"),
    "VF_DIRECT has a known secret in production": (
        {"MIDDLEWARE": [DIRECT], "VF_DIRECT": VF_DIRECT, "VF_PRODUCTION": True},
        "vf.E001",
    ),
    "both identity middlewares": ({"MIDDLEWARE": [EDGE, DIRECT], "VF_DIRECT": VF_DIRECT}, "vf.E003"),
    "Django's sessions decide after the edge": ({"MIDDLEWARE": [EDGE, AUTH]}, "vf.E004"),
    "direct mode without CORS before it": ({"MIDDLEWARE": [DIRECT], "VF_DIRECT": VF_DIRECT}, "vf.W005"),
    "the cache answers before the identity is known": ({"MIDDLEWARE": [UPDATE, FETCH, EDGE]}, "vf.E016"),
    "the cache keeps answers before they say whose they are": ({"MIDDLEWARE": [EDGE, UPDATE, FETCH]}, "vf.E016"),
    "DRF authenticates otherwise": (
        {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None}},
        "vf.W006",
    ),
    "DRF authenticates by something else too": (
        {
            "REST_FRAMEWORK": {
                "DEFAULT_AUTHENTICATION_CLASSES": [
                    "vf_django.authentication.EdgeAuthentication",
                    "rest_framework.authentication.BasicAuthentication",
                ],
                "UNAUTHENTICATED_USER": None,
            }
        },
        "vf.W006",
    ),
    "DRF's anonymous user needs tables": ({"REST_FRAMEWORK": {}}, "vf.E007"),
    "the request id comes late": ({"MIDDLEWARE": [EDGE, CONTEXT]}, "vf.W008"),
    "views rely on a default that lets all in": ({"REST_FRAMEWORK": EVERYBODY}, "vf.E009"),
}


@pytest.mark.parametrize(("changes", "expected"), ALWAYS.values(), ids=ALWAYS.keys())
def test_check_finds(settings, changes, expected):
    changed(settings, **changes)
    assert expected in found()


class OwnIdentity(EdgeIdentityMiddleware):
    """A project may add to ours."""


@pytest.mark.parametrize("name", ["vf_django.middleware.edge.EdgeIdentityMiddleware", f"{__name__}.OwnIdentity"])
def test_the_identity_middleware_is_known_by_what_it_is_and_not_by_its_name(settings, name):
    settings.MIDDLEWARE = [CONTEXT, name, AUTH]
    assert {"vf.E002", "vf.E004"} & found() == {"vf.E004"}


def test_a_cache_around_the_identity_is_right(settings):
    settings.MIDDLEWARE = [UPDATE, EDGE, FETCH]
    assert "vf.E016" not in found()


CONTRIB = [f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages", "admin")]
WITH_TABLES = {
    "an admin that nobody can sign in to": ("", "vf.W015"),
    "a project's own kind of Django's authentication": ("MIDDLEWARE.append('own_middleware.SignedIn')", "vf.E004"),
    "a nobody in DRF that is not ours": ("del REST_FRAMEWORK['UNAUTHENTICATED_USER']", "vf.W017"),
}


@pytest.mark.parametrize(("line", "expected"), WITH_TABLES.values(), ids=WITH_TABLES.keys())
def test_check_finds_in_a_service_with_django_s_own_tables(tmp_path: Path, line, expected):
    """In a process of its own: the admin's models cannot be unloaded again."""
    text = f"from example.settings import *\nINSTALLED_APPS += {CONTRIB}\n{line}\n"
    (tmp_path / "with_tables.py").write_text(text)
    own = "from django.contrib.auth.middleware import AuthenticationMiddleware as Django\nclass SignedIn(Django): ...\n"
    (tmp_path / "own_middleware.py").write_text(own)
    places = os.pathsep.join((str(tmp_path), str(Path(__file__).parent)))
    command = [sys.executable, "-m", "django", "check", "--settings", "with_tables"]
    said = subprocess.run(command, env=os.environ | {"PYTHONPATH": places}, capture_output=True, text=True).stderr
    assert f"({expected})" in said


def test_only_views_without_a_policy_of_their_own_are_named(settings):
    settings.REST_FRAMEWORK = EVERYBODY
    named = {message.msg.split()[0] for message in run_checks() if message.id == "vf.E009"}
    assert named == {"example.views.WhoAmI", "example.views.undeclared"}


def test_views_that_authenticate_otherwise_are_named(monkeypatch):
    monkeypatch.setattr(views.Open, "authentication_classes", [])
    assert "vf.W006" not in found()
    monkeypatch.setattr(views.Open, "authentication_classes", [EdgeAuthentication, BasicAuthentication])
    assert [message.msg.split()[0] for message in run_checks() if message.id == "vf.W006"] == ["example.views.Open"]


DEPLOYED = {
    "direct mode": ({"MIDDLEWARE": [DIRECT], "VF_DIRECT": VF_DIRECT}, "vf.W010"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, "vf.E011"),
    "no proxy header": ({"SECURE_PROXY_SSL_HEADER": None}, "vf.W012"),
    "a proxy header that clients can send": ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_PROTO", "https")}, "vf.W012"),
    "gunicorn with its defaults": ({"VF_GUNICORN_CONFIG": None}, "vf.E013"),
    "Django's own application": ({"WSGI_APPLICATION": "example.wsgi_of_django.application"}, "vf.W019"),
    "Django's own application over ASGI": ({"ASGI_APPLICATION": "example.wsgi_of_django.application"}, "vf.W019"),
    "gunicorn with a configuration that does not load": ({"VF_GUNICORN_CONFIG": "python:no_such_module"}, "vf.W014"),
}


@pytest.mark.parametrize(("changes", "expected"), DEPLOYED.values(), ids=DEPLOYED.keys())
def test_check_deploy_finds(settings, changes, expected):
    changed(settings, **changes)
    assert expected in found(deploy=True)
    assert expected not in found()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("--forwarder-headers SCRIPT_NAME", "SCRIPT_NAME"),
        ("--header-map dangerous", "X_User_Id"),
        ("-c python:example.gunicorn_conf", None),
    ],
)
def test_gunicorns_arguments_from_the_environment_win(settings, monkeypatch, arguments, complaint):
    settings.VF_GUNICORN_CONFIG = "python:example.gunicorn_conf"
    monkeypatch.setenv("GUNICORN_CMD_ARGS", arguments)
    messages = [message.msg for message in run_checks(include_deployment_checks=True) if message.id == "vf.E013"]
    assert [complaint in message for message in messages] == ([True] if complaint else [])


def test_gunicorns_own_file_is_found(tmp_path: Path, monkeypatch):
    (tmp_path / "gunicorn.conf.py").write_text('forwarder_headers = ""\n')
    monkeypatch.chdir(tmp_path)
    assert "vf.E013" not in found(deploy=True)
