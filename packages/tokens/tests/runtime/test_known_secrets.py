"""Production refuses a secret that anybody can read or guess, by whichever method it is read."""

import secrets

import pytest

from vf_runtime import Environment, SettingError, is_guessable
from vf_runtime.known_secrets import DEVELOPMENT_JWT_SECRET

KNOWN = {
    "the development default": DEVELOPMENT_JWT_SECRET,
    "the same with a line end": DEVELOPMENT_JWT_SECRET + "\n",
    "the same with white space around it": f" \t{DEVELOPMENT_JWT_SECRET}\r\n",
    "the same in capitals": DEVELOPMENT_JWT_SECRET.upper(),
    "the same in quotes": f'"{DEVELOPMENT_JWT_SECRET}"',
    "the same with something behind it": f"{DEVELOPMENT_JWT_SECRET}-of-my-own",
    "that of the tests": "a shared secret of more than thirty-two bytes",
    "one character": "x" * 40,
    "a pattern": "0123456789abcdef" * 3,
    "a placeholder": "please-CHANGE_ME-before-you-go-live-0123",
    "jwt.io's": "a-string-secret-at-least-256-bits-long",
    "a pattern that is cut off": "12345678901234567890123456789012",
    "a pattern with one more character": "a" * 31 + "b",
    "a blank that nobody filled in": "<put 32 random characters in here>",
    "a variable that nobody expanded": "${VF_SECRET_OF_THIS_INSTALLATION_0123}",
    "a placeholder in words": "replace with a long random secret",
    "the same, spelled with dots": "CHANGE.ME.CHANGE.ME.CHANGE.ME.NOW",
    "a published key": '{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1g"}',
    "Django's own": "django-insecure-" + secrets.token_urlsafe(),
    "a public key": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
}
PRODUCTION = {"VF_ENV": "production"}


@pytest.mark.parametrize("value", KNOWN.values(), ids=KNOWN.keys())
def test_production_refuses(value, tmp_path):
    (tmp_path / "secret").write_text(value)
    for variables in ({"NAME": value}, {"NAME_FILE": str(tmp_path / "secret")}):
        with pytest.raises(SettingError, match=r"^NAME is publicly known.*random secret of its own$") as refusal:
            Environment({**PRODUCTION, **variables}).secret("NAME", development="d" * 40)
        assert value.strip() not in str(refusal.value)


@pytest.mark.parametrize("white_space", [" " * 40, "\t" * 40, " \n" * 20])
def test_white_space_is_no_secret(white_space):
    with pytest.raises(SettingError, match=r"^NAME "):
        Environment({**PRODUCTION, "NAME": white_space}).secret("NAME")


@pytest.mark.parametrize("value", KNOWN.values(), ids=KNOWN.keys())
def test_development_takes(value):
    assert Environment({"NAME": value}).secret("NAME") == value


def test_no_secret_made_at_random_is_taken_for_a_known_one():
    for make in (secrets.token_urlsafe, secrets.token_hex):
        assert not [value for value in (make(32) for _ in range(2_000)) if is_guessable(value)]


ADDRESSES = {
    "redis": "redis://publisher:hunter2@redis:6379/0",
    "redis without a user": "rediss://:change-me@redis",
    "sentinels": "redis+sentinel://u:postgres@a:1,b:2/service",
    "a password that is percent-encoded": "postgres://vf:p%61ssword@db/billing",
    "a password as an option": "postgres://vf@db/billing?sslmode=require&password=secret",
    "a secret of the repository": f"postgres://vf:{DEVELOPMENT_JWT_SECRET}@db/billing",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_production_refuses_the_password_of(address):
    with pytest.raises(SettingError, match=r"^NAME contains a publicly known") as refusal:
        Environment({**PRODUCTION, "NAME": address}).address("NAME")
    assert "@" not in str(refusal.value)
    assert Environment({"NAME": address}).address("NAME") == address


@pytest.mark.parametrize(
    "address",
    [
        "redis://redis:6379/0",
        "redis://reader@redis/0",
        f"postgres://vf:{secrets.token_hex(24)}@db/billing",
        "sqlite:////srv/db.sqlite3",
        "postgres:///vf?host=/var/run",
        "redis://[broken",
    ],
)
def test_production_takes(address):
    assert Environment({**PRODUCTION, "NAME": address}).address("NAME") == address
