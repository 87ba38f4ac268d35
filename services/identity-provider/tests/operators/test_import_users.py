"""``manage.py import_users``: what another system's users keep, and what stops an import."""

import json
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import CommandError, call_command
from identity_provider.accounts.models import User
from tests.flows.factors import App

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 7"
HASH = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)

FACTOR = {"user": 1, "type": "totp", "data": {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}}
EXISTING_PROJECT = f"""
import sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.messages",
                    "django.contrib.sessions", "allauth", "allauth.account", "allauth.mfa"],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1] + "/old.sqlite3"}}}},
    MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"], SECRET_KEY="x", USE_TZ=True,
    PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher",
                      "django.contrib.auth.hashers.MD5PasswordHasher"],
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
for name, verified in (("anna", True), ("bert", False)):
    more = {{"first_name": name.title(), "last_name": "B."}}
    user = User.objects.create_user(name, f"{{name}}@old.example", "{PASSWORD}", **more)
    EmailAddress.objects.create(user=user, email=f"{{name}}@example.test", primary=True, verified=verified)
    EmailAddress.objects.create(user=user, email=f"second-{{name}}@example.test", primary=False, verified=True)
User.objects.create_superuser("root", "root@example.test", "{PASSWORD}")
User.objects.create_user("gone", "gone@example.test", None, is_active=False)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
anna = User.objects.get(username="anna")
TOTP.activate(anna, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
codes = RecoveryCodes.activate(anna)
assert codes.validate_code(codes.generate_codes()[0])
open(sys.argv[1] + "/codes", "w").write(" ".join(codes.generate_codes()))
call_command("dumpdata", "auth.user", "account.emailaddress", "mfa.authenticator", output=sys.argv[1] + "/users.json")
"""


@pytest.fixture
def put(tmp_path):
    def write(text, name="users.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def run(*arguments, **options):
    call_command("import_users", *map(str, arguments), **options)


def refused(*arguments):
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert not User.objects.exists()
    assert "Nothing was imported." in str(error.value)
    return str(error.value)


def test_an_allauth_projects_dump(tmp_path, client, sign_in, capsys):
    subprocess.run([sys.executable, "-c", EXISTING_PROJECT, str(tmp_path)], check=True)
    run(tmp_path / "users.json", "--ids", tmp_path / "ids.csv", "--role", "customer")
    assert capsys.readouterr().out.splitlines() == [
        "imported: 4",
        "  1 without a password: they set one with a code from an email",
        "  3 with an address to verify at the next sign-in",
        "  2 authenticator apps and sets of recovery codes",
        "  1 who were superusers: give roles with set_user",
    ]
    first = sign_in("anna").json()
    assert (first["step"], first["methods"]) == ("mfa", ["totp", "recovery_code"])
    used, unused = (tmp_path / "codes").read_text().split()[:2]
    second_step = {"code": unused}
    assert client.post("/api/auth/flow/mfa/", {"code": used}, format="json").status_code == 400
    assert client.post("/api/auth/flow/mfa/", second_step, format="json").status_code == 200
    client.cookies.clear()
    assert sign_in("anna").json()["step"] == "mfa"
    app = {"code": App("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").code()}
    assert client.post("/api/auth/flow/mfa/", app, format="json").status_code == 200
    anna = User.objects.get(username="anna")
    assert (anna.email, anna.name, anna.roles) == ("anna@example.test", "Anna B.", ["customer"])
    assert anna.password.startswith("argon2$")
    assert sign_in("bert").json()["step"] == "verify_email"
    assert sign_in("gone").status_code == 401
    lines = (tmp_path / "ids.csv").read_text().splitlines()
    assert lines[:2] == ["old_id,new_id", f"1,{anna.pk}"]
    assert len(lines) == 5


def test_a_csv_file(put, sign_in, capsys):
    path = put(
        "id,username,email,password,roles,is_active,verified,created_at,locale\n"
        f"7,carol,Carol@Example.test,{HASH},customer,true,yes,2019-05-31T12:00:00Z,de\n"
        "8,dora,dora@example.test,,,no,,,xx\n"
    )
    run(path)
    carol, dora = User.objects.order_by("username")
    assert (carol.email, carol.roles, carol.created_at.year, carol.locale) == (
        "Carol@Example.test",
        ["customer"],
        2019,
        "de",
    )
    assert (dora.is_active, dora.has_usable_password(), dora.locale) == (False, False, "")
    assert set(EmailAddress.objects.values_list("email", "verified")) == {
        ("carol@example.test", True),
        ("dora@example.test", True),
    }
    assert sign_in("carol").status_code == 200


def test_a_user_who_never_verified_is_not_deleted_as_an_abandoned_sign_up(put):
    from datetime import UTC, datetime, timedelta

    from identity_provider.accounts.services import delete_closed_accounts

    run(put(f"username,email,password,verified,created_at\ncarol,c@example.test,{HASH},no,2019-05-31T12:00:00Z\n"))
    delete_closed_accounts(now=datetime.now(UTC) + timedelta(days=365))
    assert User.objects.exists()


def test_users_without_usernames_get_the_start_of_their_address(put):
    objects = [
        {"model": "people.person", "pk": number, "fields": {"email": f"anna@{domain}.test", "password": HASH}}
        for number, domain in enumerate(("one", "two", "three"))
    ]
    run(put("\n".join(map(json.dumps, objects)), "users.jsonl"))
    assert set(User.objects.values_list("username", flat=True)) == {"anna", "anna-2", "anna-3"}


def test_every_problem_is_named_and_nothing_is_imported(put):
    said = refused(
        put(
            "username,email,password,roles,time_zone\n"
            f"carol,carol@example.test,{HASH},,\n"
            f"CAROL,other@example.test,{HASH},,\n"
            f"a@b,mail,md5$x$y,boss,\n"
        )
    )
    assert "line 3: username: A user with this username already exists." in said
    assert "line 4: password: a hash of the kind 'md5'" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing: username, email, password"),
        ("username,email,password,shoe\n", "unknown columns: shoe"),
        ("username,email,password\na,b\n", "line 2: not as many fields"),
        ("username,email,password,is_active\na,b@c.test,,perhaps\n", "line 2: is_active is 'perhaps'"),
        ("username,email,password,created_at\na,b@c.test,,yesterday\n", "line 2: created_at is 'yesterday'"),
        ("username,email,password,created_at\na,b@c.test,,2024-13-31T00:00:00Z\n", "line 2: created_at"),
        ('username,email,password\n"a,b@c.test,\n', "after line 1"),
    ],
)
def test_a_csv_file_that_cannot_be_read(put, text, words):
    assert words in refused(put(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "neither JSON nor JSON Lines"),
        ("[1]", "object 1: it has no fields"),
        ("[" * 100_000, "neither JSON nor JSON Lines"),
        (json.dumps([{"model": "mfa.authenticator", "fields": FACTOR}] * 2), "a second totp of one user"),
        (json.dumps([{"model": "mfa.authenticator", "fields": {**FACTOR, "data": "x"}}]), "can't be read"),
        ('[{"model": "auth.group", "pk": 1, "fields": {"name": "x"}}]', "Dump the user model"),
    ],
)
def test_a_dump_that_cannot_be_read(put, text, words):
    assert words in refused(put(text, "users.json"))


def test_another_kind_of_file_and_a_missing_one(put, tmp_path):
    assert ".csv, .json or .jsonl" in refused(put("x", "users.xlsx"))
    with pytest.raises(CommandError, match=r"can't be read"):
        run(tmp_path / "missing.csv")


def test_a_dry_run_changes_nothing_and_a_second_run_can_skip_what_is_there(put, capsys):
    path = put(f"username,email,password\ncarol,carol@example.test,{HASH}\n")
    run(path, "--dry-run")
    assert capsys.readouterr().out.strip() == "would import: 1"
    assert not User.objects.exists()
    run(path)
    capsys.readouterr()
    with pytest.raises(CommandError, match="already exists"):
        run(path)
    run(path, "--skip-existing")
    assert capsys.readouterr().out.split("\n")[:2] == ["imported: 0", "  1 skipped, because they have an account"]


def test_an_unreadable_hash_can_be_left_out(put):
    path = put("username,email,password\ncarol,carol@example.test,md5$salt$0123\n")
    refused(path)
    run(path, "--drop-unreadable-hashes")
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("column", ["username", "email"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_null_character_is_named_on_both_databases(request, tmp_path, kind, column):
    """PostgreSQL can't search for one, not even to find out whether the name is taken."""
    installation = request.getfixturevalue(f"{kind}_installation")
    cells = {"username": "dora", "email": "dora@example.test", "password": HASH}
    cells[column] = f"\0{cells[column]}"
    file = tmp_path / "users.csv"
    file.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    told = installation.manage("import_users", str(file), check=False)
    assert told.returncode == 1
    assert f"line 2: {column}: Null characters are not allowed.\n" in told.stderr
    assert told.stderr.endswith("Nothing was imported.\n")
    assert "Traceback" not in told.stderr
