"""How often sign-in may fail, for whom, and for how long. ``test_who_exists.py`` holds that it tells nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from identity_provider.signin import limits
from identity_provider.signin.client import Client, network_of
from identity_provider.signin.models import FailureCount, Session
from identity_provider.signin.services import delete_ended_sessions


@pytest.fixture
def attempt(client):
    def post(name, password="wrong", *, address="192.0.2.1", using=client):
        return using.post(
            "/api/auth/login/",
            {"username": name, "password": password},
            format="json",
            headers={"X-Forwarded-For": address},
        )

    return post


@pytest.fixture(autouse=True)
def cheap_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_one_name_from_one_network_is_limited_and_told_when_to_come_back(attempt, alice):
    statuses = [attempt("alice").status_code for _ in range(11)]
    refused = attempt("alice", "correct horse 7")
    assert statuses == [401] * 10 + [429]
    assert refused.json()["code"] == "too_many_attempts"
    assert 0 < int(refused["Retry-After"]) <= 900


def test_other_users_of_the_same_network_are_not_locked_out(attempt, alice, bob):
    for _ in range(11):
        attempt("alice")
    assert attempt("bob", "correct horse 7").status_code == 200


def test_the_same_user_elsewhere_is_not_locked_out(attempt, alice):
    for _ in range(11):
        attempt("alice")
    assert attempt("alice", "correct horse 7", address="198.51.100.9").status_code == 200


def test_300_made_up_names_from_one_network_are_limited_and_use_bounded_memory(attempt, alice):
    statuses = [attempt(f"made-up-{number}").status_code for number in range(300)]
    assert statuses == [401] * 30 + [429] * 270
    assert FailureCount.objects.count() <= 4 * 30 + 1
    refused = attempt("made-up-0")
    assert int(refused["Retry-After"]) <= 60


def test_a_browser_that_signed_in_before_is_not_locked_out_by_its_network(attempt, other_client, alice, bob):
    attempt("alice", "correct horse 7")
    for number in range(40):
        attempt(f"made-up-{number}", using=other_client)
    assert attempt("alice", "correct horse 7").status_code == 200
    assert attempt("Alice@example.test", "correct horse 7").status_code == 200
    assert attempt("bob", "correct horse 7").status_code == 429
    assert attempt("alice", "correct horse 7", using=other_client).status_code == 429


def test_nor_by_guesses_at_its_user_from_the_same_network_or_from_everywhere(attempt, other_client, alice):
    attempt("alice", "correct horse 7")
    statuses = [attempt("alice", address=f"198.51.{n}.1", using=other_client).status_code for n in range(101)]
    assert statuses == [401] * 100 + [429]
    for name in ("alice", "alice@example.test"):
        for _ in range(12):
            attempt(name, using=other_client)
    assert attempt("alice", "correct horse 7").status_code == 200
    assert attempt("alice@example.test", "correct horse 7", address="198.51.200.1").status_code == 200
    assert attempt("alice", "correct horse 7", address="198.51.200.1", using=other_client).status_code == 429


def test_a_known_browser_has_ten_tries_of_its_own_and_then_those_of_everyone(attempt, alice):
    attempt("alice", "correct horse 7")
    statuses = [attempt("alice").status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]
    assert attempt("alice", "correct horse 7").status_code == 429


def test_its_tries_take_none_from_others(attempt, other_client, alice):
    attempt("alice", "correct horse 7")
    before = FailureCount.objects.count()  # the success itself
    for _ in range(10):
        attempt("alice")
    assert FailureCount.objects.count() == before + 1
    assert attempt("alice", using=other_client).status_code == 401


def test_the_limit_answers_alike_for_names_that_exist_and_names_that_do_not(attempt, alice):
    answers = []
    for name in ("alice", "nobody"):
        statuses = [attempt(name).status_code for _ in range(12)]
        body = attempt(name).json() | {"request_id": ""}
        answers.append((statuses, body))
    assert answers[0] == answers[1]


def test_a_success_gives_its_browser_ten_new_tries_and_shows_nobody_else_that_it_happened(attempt, other_client, alice):
    """Whoever shares the network could tell from a count that begins again that the name exists and signed in."""
    neighbor = [attempt("alice", using=other_client).status_code for _ in range(5)]
    assert attempt("alice", "correct horse 7").status_code == 200
    for _ in range(9):
        attempt("alice")
    assert attempt("alice", "correct horse 7").status_code == 200
    assert [attempt("alice").status_code for _ in range(9)] == [401] * 9
    neighbor += [attempt("alice", using=other_client).status_code for _ in range(6)]
    assert neighbor == [401] * 10 + [429]


def test_a_window_ends(db):
    now = timezone.now()
    tried = limits.Attempt("alice", "192.0.2.1", None)
    for _ in range(10):
        limits.record_failure(tried, now=now)
    with pytest.raises(limits.TooManyAttempts):
        limits.check(tried, now=now + timedelta(minutes=14))
    limits.check(tried, now=now + timedelta(minutes=15))
    limits.record_failure(tried, now=now + timedelta(minutes=15))
    limits.check(tried, now=now + timedelta(minutes=15))


def test_ended_windows_and_long_ended_sessions_are_deleted(attempt, alice):
    attempt("alice", "correct horse 7")
    attempt("alice")
    delete_ended_sessions(now=timezone.now() + timedelta(days=20))
    assert not FailureCount.objects.exists()
    assert not Session.objects.get().refresh_tokens.exists()
    delete_ended_sessions(now=timezone.now() + timedelta(days=40))
    assert not Session.objects.exists()


def test_nothing_that_was_typed_is_stored_or_logged(attempt, db, log_lines, caplog):
    attempt("my-secret-password")
    assert "my-secret-password" not in str(list(FailureCount.objects.values()))
    assert log_lines
    assert "my-secret-password" not in f"{log_lines}{caplog.text}"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("x" * 1000, "unknown"),
    ],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_subscriber(address, network):
    assert network_of(address) == network


def test_only_the_address_that_traefik_appended_counts(rf):
    request = rf.get("/", headers={"X-Forwarded-For": "1.2.3.4, 192.0.2.7"})
    assert Client.of(request).network == "192.0.2.7"
    assert Client.of(rf.get("/", REMOTE_ADDR="192.0.2.8")).network == "192.0.2.8"


def test_a_user_name_and_an_address_of_one_account_are_counted_together(attempt, alice):
    """Else who guesses has twice as many tries. It is not said: that would tell whose address it is."""
    assert [attempt("alice").status_code for _ in range(10)] == [401] * 10
    assert attempt("alice@example.test", "correct horse 7").status_code == 401
    assert attempt("alice@example.test", "correct horse 7", address="198.51.100.9").status_code == 200


def test_a_name_that_was_not_tried_yet_is_answered_alike_whosever_it_is(attempt, alice):
    answers = []
    for name in ("alice", "nobody"):
        for _ in range(10):
            attempt(name)
        statuses = [attempt(f"{name}@example.test").status_code for _ in range(9)]
        answers.append((statuses, attempt(f"{name}@example.test").json() | {"request_id": ""}))
        FailureCount.objects.filter(failures__gte=20).update(failures=0)  # the network's own
    assert answers[0] == answers[1]
    assert answers[0][0] == [401] * 9


def test_a_right_guess_is_refused_if_the_limit_was_reached_while_it_was_hashed(attempt, alice, monkeypatch):
    def check_while_others_guess(name, password):
        for _ in range(10):
            limits.record_failure(limits.Attempt("alice", "192.0.2.1", alice), now=timezone.now())
        return alice

    monkeypatch.setattr("identity_provider.signin.services.check_credentials", check_while_others_guess)
    assert attempt("alice", "correct horse 7").status_code == 429
    assert not Session.objects.exists()
