"""Secrets in this repository are rejected in production, by every component that reads them."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from vf_runtime import is_guessable
from vf_runtime.known_secrets import (
    DEVELOPMENT_JWT_SECRET,
    DEVELOPMENT_REFRESH_SECRET,
    DEVELOPMENT_SECRET_KEY,
    is_known_password,
)
from vf_tokens import generate_pem

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "identity-provider": ROOT / "services/identity-provider",
    "billing": ROOT / "services/billing",
    "inventory": ROOT / "services/inventory",
    "website": ROOT / "website",
    "gateway-auth": ROOT / "gateway-auth",
}


def environment_of(part: str, folder: Path) -> dict[str, str]:
    """Return the component's environment in production, with new secrets."""
    own: dict[str, str] = {"PATH": os.environ["PATH"], "VF_ENV": "production", "BASE_DOMAIN": "vf.example"}
    if part == "gateway-auth":
        return {**own, "VF_ASSERTION_KEY": generate_pem().decode(), "VF_REDIS_URL": "off"}
    return {
        **own,
        "VF_BIND": "127.0.0.1:0",
        "VF_SECRET_KEY": secrets.token_urlsafe(),
        "VF_REFRESH_SECRET": secrets.token_urlsafe(),
        "VF_REDIS_URL": "redis://127.0.0.1:1/0",
        "VF_SIGNING_KEYS_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }


def start(part: str, environment: dict[str, str]) -> tuple[int, str]:
    """Start the real process, which must end by itself; return its exit status and output."""
    command = [sys.executable, "-m", "gateway_auth", "serve"]
    if part != "gateway-auth":
        application = f"{part.replace('-', '_')}.wsgi:application"
        command = [sys.executable, "-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", application]
    ended = subprocess.run(
        command, cwd=FOLDERS[part], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


HS256 = {"VF_JWT_ALGORITHM": "HS256"}
DIRECT = {"VF_AUTH_MODE": "direct"}
REFUSED = [
    ("gateway-auth", "VF_JWT_SECRET", DEVELOPMENT_JWT_SECRET, {}),
    ("gateway-auth", "VF_REDIS_URL", "redis://reader:hunter2@127.0.0.1:1/0", {}),
    *((part, "VF_SECRET_KEY", DEVELOPMENT_SECRET_KEY, {}) for part in FOLDERS if part != "gateway-auth"),
    *(
        (part, "VF_JWT_SECRET", DEVELOPMENT_JWT_SECRET, DIRECT)
        for part in ("identity-provider", "billing", "inventory", "website")
    ),
    *(
        (part, "DATABASE_URL", "postgres://vf:postgres@127.0.0.1:1/vf", {})
        for part in ("identity-provider", "billing", "inventory")
    ),
    ("identity-provider", "VF_JWT_SECRET", DEVELOPMENT_JWT_SECRET, HS256),
    ("identity-provider", "VF_REFRESH_SECRET", DEVELOPMENT_REFRESH_SECRET, {}),
    ("identity-provider", "VF_REDIS_URL", "redis://publisher:admin123@127.0.0.1:1/0", {}),
]


@pytest.mark.row(49)
@pytest.mark.parametrize("as_file", [False, True], ids=["as a value", "as a file with a line end"])
@pytest.mark.parametrize(
    ("part", "name", "value", "mode"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_secret_of_this_repository_stops_the_start(
    part: str, name: str, value: str, mode: dict[str, str], as_file: bool, tmp_path: Path
) -> None:
    environment = {**environment_of(part, tmp_path), **mode}
    environment.pop(name, None)
    (tmp_path / "secret").write_text(f"{value}\n")
    environment.update({f"{name}_FILE": str(tmp_path / "secret")} if as_file else {name: value})
    status, said = start(part, environment)
    assert status != 0
    assert [name in line for line in said.splitlines() if "publicly known" in line] == [True], said
    assert "Traceback" not in said
    assert value not in said


@pytest.mark.row(49)
@pytest.mark.parametrize("debug", [False, True], ids=["in production", "while it is debugged"])
def test_a_service_that_sets_it_in_its_own_settings_does_not_start_either(debug: bool, tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(
        "SECRET_KEY = 'x'; USE_TZ = True; ROOT_URLCONF = 'theirs'; urlpatterns = []\n"
        "MIDDLEWARE = ['vf_django.middleware.JWTAuthenticationMiddleware']\n"
        f"DEBUG = {debug}; VF_DIRECT = {{'ISSUER': 'https://vf.example', 'SECRET': '{DEVELOPMENT_JWT_SECRET}'}}\n"
    )
    script = "from django.core.wsgi import get_wsgi_application as start; start(); print('serves')"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "theirs"}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert ("serves" in ended.stdout) is debug, ended.stderr
    assert ('VF_DIRECT["SECRET"] is publicly known' in ended.stderr) is not debug
    assert DEVELOPMENT_JWT_SECRET not in ended.stderr


# -- what stands in the repository ----------------------------------------------------------------------------------

_GIVEN = re.compile(
    r"""(?<![./])\w*(?:secret|passw(?:or)?d)(?:_key)?["']?\]?[ \t]*"""  # the name, or the end of it
    r"""(?::[ \t]*\w+[ \t]*)?[:=][ \t]*"""  # a type, and an assignment sign
    r"""[bf]?(["'])(?P<value>[^"'\n]{24,})\1""",
    re.IGNORECASE,
)
_IN_SHELL = re.compile(r"""\bVF_\w*(?:SECRET|KEY|PASSWORD)\w*[=:][ \t]*["']?(?P<value>[\w.+/-]{16,})""")
_IN_ADDRESS = re.compile(
    r"\b(?:redis|rediss|postgres|postgresql)(?:\+sentinel)?://[^\s:@/\"'`]*:(?P<value>[^\s@/\"'`]+)@"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n?[A-Za-z0-9+/=\s\\n\"']{60,}-----END")


_NO_SECRETS = {"audience=billing&token=SECRET", "identity-provider-password"}
"""Matches that are not secrets: a query, a file name."""


def tracked_texts() -> list[tuple[str, str]]:
    """Return every text file of the repository."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".ico", ".woff2", ".gz") and "requirements" not in path.parts:
            found.append((name, path.read_text(encoding="utf-8", errors="replace")))
    return found


def unknown(pattern: re.Pattern[str], text: str, known: Callable[[str], bool]) -> list[str]:
    """Return the values that ``pattern`` finds and ``known`` doesn't accept, without templates and paths."""
    values = {match["value"] for match in pattern.finditer(text)} - _NO_SECRETS
    return [value for value in values if "{" not in value and not value.startswith("/") and not known(unquote(value))]


@pytest.mark.row(49)
def test_every_secret_that_stands_in_the_repository_is_known() -> None:
    texts = tracked_texts()
    assert len(texts) > 300
    found = {
        name: values
        for name, text in texts
        if (values := [*unknown(_GIVEN, text, is_guessable), *unknown(_IN_SHELL, text, is_guessable)])
    }
    assert found == {}
    addresses = {name: values for name, text in texts if (values := unknown(_IN_ADDRESS, text, is_known_password))}
    assert addresses == {}


@pytest.mark.row(49)
def test_no_private_key_stands_in_the_repository() -> None:
    """A private key would have to be rejected like a secret."""
    assert [name for name, text in tracked_texts() if _PRIVATE_KEY.search(text)] == []


ODD = "0123456789-abcdefghij-0123456789-x"


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (_GIVEN, 'JWT_SECRET = "{}"'),
        (_GIVEN, "'SECRET': b'{}'"),
        (_GIVEN, 'shared_secret: str = "{}"'),
        (_IN_SHELL, "VF_SECRET_KEY={} make up"),
        (_IN_SHELL, "  VF_JWT_SECRET: {}"),
        (_IN_ADDRESS, 'url = "postgres://vf:{}@db/vf"'),
        (_IN_ADDRESS, "VF_REDIS_URL=redis+sentinel://:{}@a:1,b:2/vf"),
    ],
)
def test_the_search_finds(pattern: re.Pattern[str], line: str) -> None:
    assert unknown(pattern, line.format(ODD), is_known_password) == [ODD]


def test_the_search_finds_a_private_key() -> None:
    assert _PRIVATE_KEY.search(generate_pem().decode())
