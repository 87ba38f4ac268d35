"""What is minted fits a cookie and a header line, and who would get more is told when the account is changed."""

import io
import math
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from identity_provider.accounts import services
from identity_provider.accounts.models import User
from identity_provider.signin.authentication import ORDER
from identity_provider.signin.models import RefreshToken, Session
from identity_provider.signing.key_files import NAME_FORMAT, write_new_key
from identity_provider.signing.token_sizes import excess, longest_token

from vf_edge.cookies import CookieNames
from vf_tokens import AccessPolicy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("any_role")]

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LOGIN, REFRESH, CONTINUE = "/api/auth/login/", "/api/auth/refresh/", "/api/auth/continue/"
HOST = "vfservices.localhost"
PASSWORD = "tr0ub4dor and 3"
TOO_MANY = [f"role-{number:02}-{'x' * 50}" for number in range(64)]
"""Each of them may be a role, and so many may be given."""


@pytest.fixture(scope="module")
def large_rsa_key():
    key = rsa.generate_private_key(65537, 4096)
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*encoding)


@pytest.fixture
def sign_with(configure, tmp_path, large_rsa_key):
    def use(algorithm, **signing):
        if algorithm == "RS256":
            (tmp_path / f"{LONG_AGO.strftime(NAME_FORMAT)}.pem").write_bytes(large_rsa_key)
        elif algorithm != "HS256":
            write_new_key(tmp_path, algorithm=algorithm, now=LONG_AGO)
        configure(signing={"algorithm": algorithm, "shared_secret": "s" * 32, "keys_dir": tmp_path, **signing})

    return use


def filled_up(username, email):
    """A new account with as many long roles as it can be given, and then a last role of the length that is left."""
    user = User(username=username, email=email, password="!", roles=[])
    user.full_clean()
    while not _excess_with(user, f"r{len(user.roles):02}" + "x" * 39):
        user.roles.append(f"r{len(user.roles):02}" + "x" * 39)
    lengths = [length for length in range(1, 65) if not _excess_with(user, "z" * length)]
    if lengths:
        user.roles.append("z" * lengths[-1])
    user.full_clean()
    user.set_password(PASSWORD)
    user.save()
    return user


def _excess_with(user, role):
    trial = User(username=user.username, email=user.email, password="!", roles=[*user.roles, role])
    try:
        trial.clean_fields(exclude={"id"})
    except ValidationError:
        return True
    return False


NAMES = {
    "short names": ("carol", "c@example.test"),
    "the longest names": ("\U0001f469" * 150, "c" * 64 + "@" + ".".join(["e" * 60] * 3) + ".test"),
    "a name that JSON escapes": ('"\\' * 75, "c@example.test"),
}


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA", "HS256"])
@pytest.mark.parametrize(("username", "email"), NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("prefix", ["", "p" * 32])
def test_the_largest_account_gets_cookies_that_fit(client, configure, sign_with, algorithm, username, email, prefix):
    sign_with(algorithm, policy=AccessPolicy(issuer="https://" + "i" * 200 + ".example"))
    host = "d" * 60 + ".vfservices.localhost"
    names = CookieNames(prefix)
    configure(sessions={"cookie_names": names, "cookie_domain": host, "remember_lifetime": 400 * 86_400})
    filled_up(username, email)
    form = {"username": username, "password": PASSWORD, "remember_me": True}
    response = client.post(LOGIN, form, format="json", HTTP_HOST=host, HTTP_X_FORWARDED_PROTO="https")
    assert response.status_code == 200, response.content
    lines = [morsel.OutputString() for morsel in response.cookies.values()]
    assert max(map(len, lines)) <= 4096
    assert min(len(line) for line in lines if line.startswith(f"{names.access}=")) > 2300
    jar = "; ".join(f"{name}={response.cookies[name].value}" for name in (names.access, names.script, names.refresh))
    assert len(jar) + 1024 <= 8190


def test_the_reckoned_size_is_that_of_a_token_of_the_largest_key(client, sign_with, make_user):
    sign_with("RS256")
    user = make_user("carol", password=PASSWORD, roles=[])
    client.post(LOGIN, {"username": "carol", "password": PASSWORD}, format="json")
    Session.objects.update(methods=" ".join(ORDER))
    response = client.post(REFRESH)
    room = longest_token() - len(response.cookies["jwt"].value)
    user.email = "c" * (len(user.email) + room * 3 // 4 - 1)  # base64url rounds up
    assert excess(user.identity("ses_" + "0" * 24)) == 0
    user.email += "ccc"
    assert excess(user.identity("ses_" + "0" * 24)) > 0


def test_one_who_would_get_more_is_refused_with_the_number_of_bytes():
    with pytest.raises(ValidationError) as refusal:
        services.create_user(username="carol", email="c@example.test", password=PASSWORD, roles=TOO_MANY)
    [message] = refusal.value.message_dict["roles"]
    bytes_too_many = int(re.search(r"(\d+) bytes too long", message)[1])
    bytes_of_a_role = len(f'"{TOO_MANY[0]}",') * 4 / 3
    surplus = math.ceil(bytes_too_many / bytes_of_a_role)
    with pytest.raises(ValidationError, match="bytes too long"):
        services.create_user(username="carol", email="c@example.test", password=PASSWORD, roles=TOO_MANY[surplus - 1 :])
    fitting = TOO_MANY[surplus:]
    user = services.create_user(username="carol", email="c@example.test", password=PASSWORD, roles=fitting)
    with pytest.raises(ValidationError, match="bytes too long"):
        services.set_roles(user=user, roles=TOO_MANY[surplus - 1 :])


def test_the_commands_say_it_too(alice, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    with pytest.raises(CommandError, match=r"\d+ bytes too long"):
        call_command("create_user", "carol", "c@example.test", *(f"--role={role}" for role in TOO_MANY))
    with pytest.raises(CommandError, match=r"\d+ bytes too long"):
        call_command("set_user", "alice", "--roles", *TOO_MANY)
    alice.refresh_from_db()
    assert alice.roles == ["customer"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"username": "\U0001f469" * 150}, "username"), ({"email": "c" * 64 + "@" + "e" * 60 + ".test"}, "email")],
)
def test_a_longer_name_or_address_counts_too(change, field):
    user = filled_up("carol", "c@example.test")
    for name, value in change.items():
        setattr(user, name, value)
    with pytest.raises(ValidationError) as refusal:
        user.clean_fields(exclude={"roles", "username", "email", "password"} - {field})
    assert [error.code for error in refusal.value.error_dict[field]] == ["token_too_long"]


def test_an_account_that_has_outgrown_it_is_told_so_and_can_be_repaired(client, sign_in, alice, log_lines):
    old = sign_in().cookies["jwt_refresh"].value
    User.objects.update(roles=TOO_MANY)
    for response in (sign_in(), client.post(REFRESH, headers={"Cookie": f"jwt_refresh={old}"})):
        assert (response.status_code, response.json()["code"]) == (403, "token_too_long")
        assert not response.cookies
        assert "role" in response.json()["detail"]
    away = client.get(CONTINUE, {"next": "/billing/"}, headers={"Cookie": f"jwt_refresh={old}"})
    assert away["Location"] == "/accounts/login/?next=%2Fbilling%2F"
    assert set(away.cookies) == {"vf_continue"}
    assert RefreshToken.objects.get().rotated_at is None
    assert Session.objects.get().revoked_at is None
    lines = [(line["event"], line["reason"], line["user_id"]) for line in log_lines if line.get("reason")]
    assert lines == [
        ("sign_in_failed", "token_too_long", alice.pk),
        ("refresh_refused", "token_too_long", alice.pk),
        ("refresh_refused", "token_too_long", alice.pk),
    ]
    call_command("set_user", "alice", "--roles", "customer")
    repaired = client.post(REFRESH, headers={"Cookie": f"jwt_refresh={old}"})
    assert (repaired.status_code, repaired.json()["roles"]) == (200, ["customer"])


def test_an_account_of_before_that_fits_with_todays_key_goes_on(client, sign_with, make_user):
    """Only a change is held to the largest key."""
    sign_with("ES256")
    roles = [f"r{number:02}" + "x" * 39 for number in range(45)]
    user = make_user("carol", password=PASSWORD, roles=roles)
    while excess(user.identity("ses_" + "0" * 24)) < 100:
        user.roles.append(f"r{len(user.roles):02}" + "x" * 39)
    user.save()
    response = client.post(LOGIN, {"username": "carol", "password": PASSWORD}, format="json")
    assert response.status_code == 200
    with pytest.raises(ValidationError, match="bytes too long"):
        user.full_clean()
