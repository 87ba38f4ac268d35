"""The hashes of an imported user table: accepted, replaced at sign-in, and no difference to who guesses."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import hashers
from django.core.management import call_command
from identity_provider.accounts import imported_hashes
from identity_provider.accounts.hashing import is_readable, kind
from identity_provider.accounts.imported_hashes import LOOK_INTERVAL, KindsInUse, kinds_in_use
from identity_provider.accounts.models import User
from identity_provider.accounts.passwords import check_credentials, upgrade
from identity_provider.signin.models import Session

PASSWORD = "correct horse 7"
OURS = "argon2$argon2id$v=19$m=7168,t=5,p=1$"


def encoded(hasher, **cost):
    made = hasher()
    for name, value in cost.items():
        setattr(made, name, value)
    return made.encode(PASSWORD, made.salt())


KINDS = {
    "pbkdf2_sha256": (hashers.PBKDF2PasswordHasher, {"iterations": 1000}),
    "pbkdf2_sha1": (hashers.PBKDF2SHA1PasswordHasher, {"iterations": 1000}),
    "scrypt": (hashers.ScryptPasswordHasher, {}),
    "bcrypt": (hashers.BCryptPasswordHasher, {"rounds": 4}),
    "bcrypt_sha256": (hashers.BCryptSHA256PasswordHasher, {"rounds": 4}),
    "argon2": (hashers.Argon2PasswordHasher, {"memory_cost": 1024}),
}


@pytest.fixture
def imported(make_user):
    def store(name, algorithm):
        hasher, cost = KINDS[algorithm]
        user = make_user(name)
        User.objects.filter(pk=user.pk).update(password=encoded(hasher, **cost))
        user.refresh_from_db()
        return user

    return store


@pytest.mark.parametrize("algorithm", KINDS)
def test_an_imported_user_signs_in_and_has_a_hash_of_ours_afterwards(sign_in, imported, log_lines, algorithm):
    user = imported("alice", algorithm)
    assert sign_in(password="wrong").status_code == 401
    user.refresh_from_db()
    assert kind(user.password) == kind(encoded(*KINDS[algorithm][:1], **KINDS[algorithm][1]))
    assert sign_in().status_code == 200
    user.refresh_from_db()
    assert user.password.startswith(OURS)
    assert sign_in().status_code == 200
    upgrades = [line for line in log_lines if line["event"] == "password_hash_upgraded"]
    assert [(line["user_id"], line["reason"]) for line in upgrades] == [(user.pk, algorithm)]


def test_all_of_djangos_usual_hashers_are_accepted_and_argon2_makes_the_hashes():
    from django.conf import global_settings

    accepted = {hashers.import_string(path).algorithm for path in django_settings.PASSWORD_HASHERS}
    assert {hashers.import_string(path).algorithm for path in global_settings.PASSWORD_HASHERS} <= accepted
    assert hashers.make_password("x").startswith(OURS)


def test_a_long_password_has_a_bcrypt_hash_too(sign_in, make_user):
    """bcrypt ignores what stands behind 72 bytes; its newest library refuses such passwords with an error."""
    user = make_user("alice")
    made = hashers.BCryptPasswordHasher()
    made.rounds = 4
    User.objects.filter(pk=user.pk).update(password=made.encode("é" * 80, made.salt()))
    assert sign_in(password="é" * 80).status_code == 200


def test_a_password_that_was_changed_meanwhile_is_not_overwritten_by_the_new_hash_of_the_old_one(imported):
    user = imported("alice", "pbkdf2_sha256")
    changed = User.objects.get()
    changed.set_password("an entirely new one")
    changed.save()
    assert upgrade(user, PASSWORD) is None
    assert User.objects.get().check_password("an entirely new one")


def test_checking_a_password_writes_nothing(imported):
    """Django's own check would write the new hash also where a limit or a closed account refuses the sign-in."""
    user = imported("alice", "pbkdf2_sha256")
    before = user.password
    User.objects.update(is_active=False)
    assert check_credentials("alice", PASSWORD) is None
    assert User.objects.get().password == before


@pytest.fixture
def work(monkeypatch):
    """The kinds of hashes that a request costs."""
    done = []
    accepted = [hashers.import_string(path) for path in django_settings.PASSWORD_HASHERS]
    for hasher, encode, verify in [(hasher, hasher.encode, hasher.verify) for hasher in accepted]:

        def counted_verify(self, password, stored, _verify=verify):
            done.append(kind(stored))
            before = len(done)
            right = _verify(self, password, stored)
            del done[before:]  # many verify by encoding
            return right

        def counted_encode(self, password, *rest, _encode=encode, **more):
            made = _encode(self, password, *rest, **more)
            done.append(kind(made))
            return made

        monkeypatch.setattr(hasher, "verify", counted_verify)
        monkeypatch.setattr(hasher, "encode", counted_encode)

    def of(ask):
        done.clear()
        ask()
        return sorted(done)

    return of


def test_every_refusal_costs_a_hash_of_each_kind_in_the_table_whoever_is_named(sign_in, imported, make_user, work):
    make_user("alice")
    imported("bob", "pbkdf2_sha256")
    imported("carol", "scrypt")
    gone = imported("gone", "bcrypt")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=make_user("never").pk).update(password="!unusable")
    kinds_in_use().spend_on_others("", None)
    names = ["alice", "bob", "carol", "gone", "never", "unknown", "bob@example.test", "unknown@example.test"]
    costs = {name: work(lambda name=name: sign_in(name, "wrong")) for name in names}
    assert costs["unknown"] == sorted([OURS, "pbkdf2_sha256$1000$", "scrypt$16384$", "bcrypt$$2b$04$"])
    assert all(cost == costs["unknown"] for cost in costs.values())
    assert work(lambda: sign_in("gone", PASSWORD)) == costs["unknown"]


def test_a_right_guess_that_a_limit_refuses_costs_the_same(sign_in, imported, make_user, work):
    imported("bob", "pbkdf2_sha256")
    make_user("alice")
    kinds_in_use().spend_on_others("", None)
    for _ in range(10):
        sign_in("bob@example.test", "wrong")
    assert work(lambda: sign_in("bob", PASSWORD)) == work(lambda: sign_in("bob", "wrong"))


def test_a_sign_in_costs_its_own_hash_alone(sign_in, imported, make_user, work):
    make_user("alice")
    imported("bob", "pbkdf2_sha256")
    kinds_in_use().spend_on_others("", None)
    assert work(sign_in) == [OURS]
    assert Session.objects.exists()


def test_a_password_that_is_not_in_its_canonical_form_costs_twice_whoever_is_named(sign_in, make_user, work):
    make_user("alice")
    kinds_in_use().spend_on_others("", None)
    typed = "cafe\u0301 wrong"
    assert work(lambda: sign_in("alice", typed)) == work(lambda: sign_in("unknown", typed)) == [OURS] * 2


def test_the_table_is_looked_at_once_in_a_while_and_a_kind_that_is_met_counts_at_once(imported, make_user):
    make_user("alice")
    now = [0.0]
    kinds = KindsInUse(clock=lambda: now[0])
    assert kinds._known("", None) == {}
    met = imported("bob", "pbkdf2_sha256").password
    imported("carol", "scrypt")
    assert kinds._known("", None) == {}
    assert set(kinds._known(kind(met), met)) == {"pbkdf2_sha256$1000$"}
    now[0] = LOOK_INTERVAL
    assert set(kinds._known("", None)) == {"pbkdf2_sha256$1000$", "scrypt$16384$"}
    User.objects.update(password=OURS)
    now[0] = 2 * LOOK_INTERVAL
    assert kinds._known("", None) == {}


def test_a_table_of_many_kinds_is_not_looked_through_for_ever(make_user, monkeypatch):
    monkeypatch.setattr(imported_hashes, "MOST_KINDS", 3)
    for number in range(5):
        User.objects.filter(pk=make_user(f"user{number}").pk).update(password=f"pbkdf2_sha256${number + 1}$salt$hash")
    assert len(imported_hashes.samples()) == 3


@pytest.mark.parametrize("unreadable", ["md5$salt$0123456789abcdef", "{SSHA}x", "phpass$$P$B1", "plain text"])
def test_a_hash_that_nothing_here_reads_is_a_wrong_password_and_the_check_tells_it(
    sign_in, make_user, capsys, unreadable
):
    user = make_user("alice")
    User.objects.filter(pk=user.pk).update(password=unreadable)
    assert not is_readable(unreadable)
    assert sign_in().status_code == 401
    call_command("check", databases=["default"])
    told = capsys.readouterr().err
    assert "identity_provider.W001" in told
    assert "plain text" not in told


def test_the_check_has_nothing_to_say_of_an_ordinary_table(make_user, imported, capsys):
    make_user("alice")
    imported("bob", "pbkdf2_sha256")
    call_command("check", databases=["default"])
    assert "W001" not in capsys.readouterr().err
