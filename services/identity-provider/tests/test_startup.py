"""The process as it is really started: what it refuses, and with which line."""

import secrets

import pytest

from vf_tokens import generate_pem

SECRET = secrets.token_urlsafe()
PRODUCTION = {
    "VF_ENV": "production",
    "BASE_DOMAIN": "vfservices.example.test",
    "VF_SECRET_KEY": SECRET,
    "VF_REFRESH_SECRET": SECRET,
}


def start(installation, **more):
    """Start gunicorn where it must refuse; the exit code and what it said."""
    command = ("-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", "identity_provider.wsgi:application")
    with installation.process(*command, VF_BIND="127.0.0.1:0", **more) as process:
        code = process.wait(60)
        return code, process.log.read_text()


@pytest.fixture
def with_key(sqlite_installation):
    keys = sqlite_installation.folder / "keys"
    keys.mkdir()
    (keys / "20260101T000000Z.pem").write_bytes(generate_pem())
    return sqlite_installation


def assert_refused(outcome, *words):
    code, said = outcome
    assert code != 0
    lines = [line for line in said.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert all(word in lines[0] for word in words), lines[0]
    assert "Traceback" not in said


def test_production_does_not_start_with_demo_users_in_the_database(with_key):
    assert_refused(start(with_key, **PRODUCTION), "demo users", "usr_demo_admin, usr_demo_alice, usr_demo_bob")


def test_production_does_not_start_with_demo_data_switched_on(with_key):
    assert_refused(start(with_key, **PRODUCTION, VF_DEMO_DATA="on"), "VF_DEMO_DATA")


def test_production_does_not_start_without_a_signing_key(sqlite_installation):
    remove_demo_users(sqlite_installation)
    assert_refused(start(sqlite_installation, **PRODUCTION), "VF_SIGNING_KEYS_DIR", "rotate_signing_key")


def test_production_does_not_start_with_an_empty_database(with_key, tmp_path):
    with_key.database_url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    assert_refused(start(with_key, **PRODUCTION), "DATABASE_URL")


def test_a_redis_url_of_another_form_is_named(sqlite_installation):
    assert_refused(start(sqlite_installation, VF_REDIS_URL="http://redis"), "VF_REDIS_URL")


def test_a_missing_secret_is_named(with_key):
    assert_refused(start(with_key, VF_ENV="production"), "VF_SECRET_KEY")


def test_production_starts_once_it_has_what_it_needs_and_its_first_user_can_be_made(with_key):
    remove_demo_users(with_key)
    with_key.manage(
        "create_user", "carol", "carol@example.test", "--role", "admin", given="tr0ub4dor+3\n", **PRODUCTION
    )
    with with_key.gunicorn(**PRODUCTION) as url:
        import httpx

        body = {"username": "carol", "password": "tr0ub4dor+3"}
        headers = {"Host": "vfservices.example.test", "X-Forwarded-Proto": "https"}
        response = httpx.post(f"{url}/api/auth/login/", json=body, headers=headers)
    assert response.status_code == 200
    assert all("Secure" in cookie for cookie in response.headers.get_list("set-cookie"))


def test_the_first_key_of_a_production_installation_can_be_made_by_the_command(sqlite_installation):
    sqlite_installation.manage("rotate_signing_key", **PRODUCTION)
    [key] = (sqlite_installation.folder / "keys").iterdir()
    assert key.stat().st_mode & 0o077 == 0


def remove_demo_users(installation):
    script = "from identity_provider.accounts.models import User; User.objects.all().delete()"
    installation.manage("shell", "-c", script)
