"""Roles come from one file, and a role that it doesn't describe can't be given by any path."""

import io
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from identity_provider.accounts import demo, services
from identity_provider.accounts.models import User
from identity_provider.configuration import IdentitySettings
from identity_provider.roles import Roles
from identity_provider.signing.access_tokens import read_own_token

from vf_runtime import Environment, SettingError
from vf_service.settings import ServiceSettings

PART = Path(__file__).resolve().parent.parent
SHIPPED = Roles.read(PART / "roles.toml")
GOOD = {"username": "carol", "email": "carol@example.test", "password": "tr0ub4dor and 3"}
TOLD = "operater is not a role of this platform. Did you mean operator?"


def test_the_shipped_file_describes_the_roles_of_the_demo_users_and_of_the_routes():
    for demo_user in demo.DEMO_USERS:
        assert SHIPPED.why_unknown(demo_user.roles) == ""
    files = (PART.parents[1] / "traefik" / "dynamic").glob("*.yml")
    required = {
        role
        for path in files
        for found in re.findall(r"roles=([\w,-]+)", path.read_text())
        for role in found.split(",")
    }
    assert required
    assert SHIPPED.why_unknown(sorted(required)) == ""


def test_each_shipped_role_says_what_it_permits():
    assert all(role.description and role.permits for role in SHIPPED)


def write(folder, text):
    path = folder / "roles.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one role"),
        ("[operator", "not TOML"),
        ("[Operator]\ndescription = 'x'", "'Operator'"),
        ("['a,b']\ndescription = 'x'", "'a,b'"),
        (f"[{'x' * 65}]\ndescription = 'x'", "names contain"),
        ("operator = 'x'", "outside of a table"),
        ("[operator]", "'description' in [operator]"),
        ("[operator]\ndescription = ''", "'description' in [operator]"),
        ("[operator]\ndescription = 'x'\npermits = 'everything'", "'permits' in [operator]"),
        ("[operator]\ndescription = 'x'\npermits = [1]", "'permits' in [operator]"),
        ("[operator]\ndescription = 'x'\npermit = []", "'permit' in [operator]"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_that_names_it(tmp_path, text, told):
    with pytest.raises(SettingError) as refusal:
        Roles.read(write(tmp_path, text))
    assert str(refusal.value).startswith("VF_ROLES_FILE is ")
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_stops_the_start(tmp_path):
    environment = Environment({"VF_ROLES_FILE": str(tmp_path / "none.toml")})
    service = ServiceSettings.read("identity", tmp_path, environment)
    with pytest.raises(SettingError, match="No such file"):
        IdentitySettings.read(service, tmp_path)


def test_the_setting_names_another_file(tmp_path):
    path = write(tmp_path, "[clerk]\ndescription = 'Packs parcels'\npermits = ['Pack']")
    environment = Environment({"VF_ROLES_FILE": str(path)})
    read = IdentitySettings.read(ServiceSettings.read("identity", tmp_path, environment), tmp_path)
    assert [role.name for role in read.roles] == ["clerk"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["operater"], TOLD),
        (["zzz"], "zzz is not a role of this platform. The roles are customer, operator, admin."),
        (["operator", "x", "y"], "x, y are not roles of this platform. The roles are customer, operator, admin."),
        (["operator"], ""),
    ],
)
def test_what_is_no_role_is_told_in_one_line(names, told):
    assert SHIPPED.why_unknown(names) == told


@pytest.mark.django_db
class TestAnUnknownRole:
    """By each path."""

    def test_is_not_given_by_the_service(self, alice):
        with pytest.raises(ValidationError, match="operater"):
            services.create_user(**GOOD, roles=["operater"])
        with pytest.raises(ValidationError, match="operater"):
            services.set_roles(user=alice, roles=["customer", "operater"])
        assert not User.objects.filter(username="carol").exists()
        alice.refresh_from_db()
        assert alice.roles == ["customer"]

    def test_is_not_given_by_the_commands(self, alice, monkeypatch):
        with pytest.raises(CommandError) as refusal:
            call_command("set_user", "alice", "--roles", "operater")
        assert str(refusal.value) == TOLD
        monkeypatch.setattr("sys.stdin", io.StringIO("tr0ub4dor and 3\n"))
        with pytest.raises(CommandError) as refusal:
            call_command("create_user", "carol", "c@example.test", "--role", "operater")
        assert str(refusal.value) == TOLD

    def test_is_not_given_by_the_demo_data(self, configure, tmp_path):
        configure(roles=Roles.read(write(tmp_path, "[clerk]\ndescription = 'x'")))
        with pytest.raises(CommandError, match="admin, operator are not roles"):
            call_command("load_demo_data")
        assert not User.objects.exists()

    def test_that_an_import_or_an_older_file_has_left_in_a_row_is_in_no_token(self, alice, sign_in, client):
        User.objects.update(roles=["operater", "customer"])
        answer = sign_in().json()
        assert answer["roles"] == ["customer"]
        token = client.cookies["jwt"].value.encode()
        assert read_own_token(token, now=timezone.now()).identity.roles == ("customer",)
