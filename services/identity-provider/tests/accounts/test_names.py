"""Usernames and email addresses in every spelling: one account, one key, on SQLite and PostgreSQL."""

import unicodedata

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_provider.accounts import services
from identity_provider.accounts.models import User
from identity_provider.accounts.names import MAX_KEY, sign_in_name
from identity_provider.accounts.passwords import check_credentials
from identity_provider.accounts.selectors import find_user
from identity_provider.signin import limits
from tests.servers import Installation

PASSWORD = "tr0ub4dor and 3"
FORMS = [
    *(lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")),
    *(str.upper, str.lower, str.title, str.swapcase, str.casefold),
]
FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@pytest.fixture
def cheap_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def create(username, email=None, password=PASSWORD):
    return services.create_user(username=username, email=email or "carol@example.test", password=password)


@pytest.mark.parametrize(
    ("created", "typed"),
    [
        ("Renée", unicodedata.normalize("NFD", "Renée")),
        (unicodedata.normalize("NFD", "Renée"), "RENÉE"),
        ("ｃａｒｏｌ", "ｃａｒｏｌ"),
        ("ｃａｒｏｌ", "Carol"),
        ("carol", "ＣＡＲＯＬ"),
        ("Straße", "STRASSE"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("ﬁsher", "FISHER"),
        ("İsmail", "İsmail".lower()),
        ("ışık", "IŞIK"),
        ("ÉMILE", "émile"),
    ],
)
def test_a_user_signs_in_by_the_username_in_any_spelling(sign_in, cheap_hashes, db, created, typed):
    user = create(created)
    response = sign_in(typed, PASSWORD)
    assert (response.status_code, response.json()["id"]) == (200, user.pk)


@pytest.mark.parametrize(
    ("created", "typed"),
    [
        ("carol@example.test", "CAROL@EXAMPLE.TEST"),
        ("carol@example.test", "carol@example.test".translate(FULL_WIDTH)),
        ("carol@münchen.test", unicodedata.normalize("NFD", "Carol@MÜNCHEN.test")),
        ("carol@münchen.test", "carol@xn--mnchen-3ya.test"),
        ("carol@xn--mnchen-3ya.test", "carol@münchen.test"),
        ("carol@straße.test", "carol@xn--strae-oqa.test"),
        ("carol@xn--strae-oqa.test", "carol@STRASSE.test"),
        ("carol@βόλος.test", "carol@xn--nxasmm1c.test"),
        ("carol@xn--nxasmq6b.test", "carol@βόλοσ.test"),
    ],
)
def test_a_user_signs_in_by_the_email_address_in_any_spelling(sign_in, cheap_hashes, db, created, typed):
    user = create("carol", created)
    response = sign_in(typed, PASSWORD)
    assert (response.status_code, response.json()["id"]) == (200, user.pk)


@pytest.mark.parametrize("taken", ["RENÉE", unicodedata.normalize("NFD", "renée"), "ｒｅｎée", "Re\u034fnée"])
def test_a_second_account_of_the_same_username_is_refused_in_words(cheap_hashes, db, taken):
    create("Renée", "renee@example.test")
    with pytest.raises(ValidationError) as refused:
        create(taken, "other@example.test")
    assert refused.value.messages == ["A user with this username already exists."]


@pytest.mark.parametrize("taken", ["RENÉE@example.test".replace("É", "E"), "renee@EXAMPLE.test", "ｒenee@example.test"])
def test_a_second_account_of_the_same_email_address_is_refused_in_words(cheap_hashes, db, taken):
    create("renee", "renee@example.test")
    with pytest.raises(ValidationError) as refused:
        create("other", taken)
    assert "A user with this email address already exists." in refused.value.messages


def test_the_command_says_that_a_name_is_taken(cheap_hashes, db, monkeypatch):
    create("carol", "carol@example.test")
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO(PASSWORD + "\n"))
    with pytest.raises(CommandError) as refused:
        call_command("create_user", "CAROL", "Carol@Example.test")
    assert str(refused.value) == (
        "A user with this username already exists. A user with this email address already exists."
    )


def test_a_name_that_is_taken_between_the_look_and_the_writing_is_refused_in_words(cheap_hashes, db, monkeypatch):
    looked = User.full_clean

    def look_while_another_takes_it(self):
        looked(self)
        monkeypatch.setattr(User, "full_clean", looked)
        create("CAROL", "another@example.test")

    monkeypatch.setattr(User, "full_clean", look_while_another_takes_it)
    with pytest.raises(ValidationError, match="A user with this username already exists"):
        create("carol")


@pytest.mark.parametrize("model", [User], ids=lambda model: model.__name__)
def test_no_constraint_answers_with_its_own_name(model):
    for constraint in model._meta.constraints:
        assert constraint.violation_error_message != constraint.default_violation_error_message, constraint.name
    for column in model._meta.concrete_fields:
        if column.unique and not column.primary_key:
            assert "unique" in column._error_messages, column.name


@pytest.mark.parametrize(
    ("username", "why"),
    [
        ("a＠b", "NFKC makes an @ of it"),
        ("a﹫b", "NFKC makes an @ of it"),
        ("¨x", "NFKC makes a space and a mark of it"),
        ("\u034f\ufe0f", "nothing of it is seen"),
        ("α\u0345\u0300", "in capitals it is another name"),
        ("ﷺ" * 20, "NFKC makes 360 characters of it"),
    ],
)
def test_what_a_name_becomes_is_what_must_be_a_name(db, cheap_hashes, username, why):
    with pytest.raises(ValidationError):
        create(username)


def test_a_key_always_fits_the_index_of_postgresql(db, cheap_hashes):
    """ΐ is three characters in capitals, and the longest username has 150 characters."""
    user = create("ΐ" * 150)
    assert len(user.username_key) <= MAX_KEY
    assert MAX_KEY * 4 <= 2_704


def test_a_role_name_is_ascii_in_lower_case(db, cheap_hashes):
    for role in ("ａdmin", "admın", "Admin", "admin\u034f"):
        with pytest.raises(ValidationError):
            services.create_user(username="x", email="x@example.test", password=PASSWORD, roles=[role])


def test_an_update_of_the_name_alone_takes_its_key_along(cheap_hashes, db):
    user = create("carol")
    user.username = "Renée"
    user.save(update_fields=["username"])
    assert find_user("RENÉE") == user
    assert find_user("carol") is None


def test_many_at_once_have_keys_too(db):
    User.objects.bulk_create([User(username="Ünal", email="unal@example.test", password="x")])
    assert find_user("ÜNAL").username == "Ünal"


def test_the_database_itself_refuses_a_second_row_of_one_key(db):
    User(username="É", email="a@example.test", password="x").save()
    with pytest.raises(IntegrityError):
        User(username="é", email="b@example.test", password="x").save()


@pytest.mark.parametrize("other", ["ALICE", "ａｌｉｃｅ", "alice\ufe0f"])
def test_another_spelling_is_no_further_guess(other):
    keys = [limits.Attempt(name, "192.0.2.1", None) for name in ("alice", other)]
    assert keys[0].refusing() == keys[1].refusing()
    assert keys[0].silent() == keys[1].silent()


def test_the_command_finds_a_user_in_any_spelling(cheap_hashes, db):
    user = create("Renée")
    call_command("set_user", unicodedata.normalize("NFD", "RENÉE"), "--roles", "operator")
    user.refresh_from_db()
    assert user.roles == ["operator"]


USERNAMES = st.one_of(
    st.text(min_size=1, max_size=12),
    st.text(st.sampled_from("aAiIıİßſΣσςǅΐﬁﬃéÅÅKａ＠ΰ\u0301\u0307\u0345\u0327ᾳᾼŉ"), min_size=1, max_size=8),
)


@pytest.mark.django_db
def test_whatever_was_accepted_at_creation_signs_in_in_any_form():
    reached = 0

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(USERNAMES, st.lists(st.sampled_from(FORMS), min_size=1, max_size=3))
    def accepted_names_are_found(name, forms):
        nonlocal reached
        User.objects.all()._raw_delete("default")  # ten times faster, and no sessions are there
        user = User(username=name, email="x@example.test", password="x")
        try:
            user.full_clean()
        except ValidationError:
            return
        user.save()
        for form in forms:
            name = form(name)
        assert find_user(name) == user, (name, user.username)
        assert len(sign_in_name(name).key) <= MAX_KEY
        reached += 1

    accepted_names_are_found()
    assert reached >= 100


OLD = "0001"


def sql(installation: Installation, statement: str, *values: str) -> None:
    if installation.database_url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(installation.database_url.removeprefix("sqlite:///")) as connection:
            connection.execute(statement.replace("%s", "?"), values)
        return
    with psycopg.connect(installation.database_url) as connection:
        connection.execute(statement, values)


def insert(installation: Installation, pk: str, username: str, email: str) -> None:
    sql(
        installation,
        "INSERT INTO accounts_user (id, username, email, password, roles, is_active, tokens_not_before, created_at)"
        " VALUES (%s, %s, %s, 'x', '[]', true, 0, '2026-01-01T00:00:00Z')",
        *(pk, username, email),
    )


def test_the_migration_gives_existing_accounts_their_keys(installation):
    installation.manage("migrate", "accounts", OLD)
    insert(installation, "usr_1", "Renée", "renee@münchen.test")
    installation.manage("migrate")
    for typed in (unicodedata.normalize("NFD", "RENÉE"), "Renee@xn--mnchen-3ya.test", "ALICE"):
        found = installation.manage("set_user", typed, "--activate", check=False)
        assert found.returncode == 0, found.stderr
    installation.manage("migrate", "accounts", OLD)  # and back


def test_the_migration_names_both_accounts_of_one_name_and_changes_nothing(installation):
    """SQLite's LOWER knows ASCII only, so both could be there; on PostgreSQL full-width letters do the same."""
    installation.manage("migrate", "accounts", OLD)
    insert(installation, "usr_1", "renée", "a@example.test")
    insert(installation, "usr_2", "ｒｅｎée", "b@example.test")
    refused = installation.manage("migrate", check=False)
    assert refused.returncode == 1
    assert "usr_1 ('renée') and usr_2 ('ｒｅｎée') have the same username" in refused.stderr
    assert "Traceback" not in refused.stderr
    sql(installation, "UPDATE accounts_user SET username = 'renate' WHERE id = %s", "usr_2")
    installation.manage("migrate")
    assert installation.manage("set_user", "RENATE", "--activate").returncode == 0


@pytest.mark.parametrize("stored", ["café au lait 1", unicodedata.normalize("NFD", "café au lait 1")])
@pytest.mark.parametrize(
    "typed", ["café au lait 1", unicodedata.normalize("NFD", "café au lait 1"), "café\u00a0au lait\u20031"]
)
def test_a_password_is_right_in_either_unicode_form_and_with_any_space(cheap_hashes, db, stored, typed):
    user = create("carol", password=stored)
    assert check_credentials("carol", typed) == user


def test_an_older_hash_of_a_password_as_it_was_typed_stays_good(cheap_hashes, alice):
    from django.contrib.auth.hashers import make_password

    typed = unicodedata.normalize("NFD", "café au lait 1")
    User.objects.filter(pk=alice.pk).update(password=make_password(typed))
    assert check_credentials("alice", typed) == alice


@pytest.mark.parametrize("typed", ["Café au lait 1", "cafe au lait 1", "café au lait ¹", "café au  lait 1"])
def test_a_password_keeps_its_letter_case_its_accents_and_compatibility_characters(cheap_hashes, db, typed):
    create("carol", password="café au lait 1")
    assert check_credentials("carol", typed) is None
