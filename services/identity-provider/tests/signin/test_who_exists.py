"""Nobody learns from the limits who has an account: the same answer for every name, in every state of every count.

The names are those of an account, of one that is known on the attacker's own network, of a deactivated one, and of
none. The attacker has no password of theirs, and no browser that they signed in with.
"""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from identity_provider.accounts.models import User
from identity_provider.accounts.passwords import kinds_in_use
from identity_provider.signin import limits, services
from identity_provider.signin.client import Client
from identity_provider.signin.credentials import PresentedCredentials
from identity_provider.signin.errors import InvalidCredentials, TooManyAttempts
from identity_provider.signin.known_browsers import LASTS, MOST_ACCOUNTS, NEVER_SEEN, KnownBrowser
from identity_provider.signin.models import FailureCount

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.{}"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PASSWORD = "correct horse 7"
NAMES = ["known", "known-here", "deactivated", "unknown"]
SECRET = b"a secret of 32 characters or so."


@pytest.fixture(autouse=True)
def cheap_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def accounts(make_user):
    users = {name: make_user(name, is_active=name != "deactivated") for name in NAMES if name != "unknown"}
    attempt("known-here", PASSWORD, now=NOW)
    kinds_in_use().spend_on_others("", None)  # looks at the table once in a while
    return users


@dataclass(frozen=True)
class Answer:
    """All that a client gets, and how many queries it took."""

    status: int
    words: str
    wait: float | None
    queries: int


def attempt(name, password="wrong", *, now, network=HERE, browser=NEVER_SEEN):
    with CaptureQueriesContext(connection) as queries:
        try:
            services.sign_in(
                name=name,
                password=password,
                remember=False,
                client=Client(network, "test"),
                presented=PresentedCredentials((), ()),
                now=now,
                browser=browser,
            )
        except (InvalidCredentials, TooManyAttempts) as refusal:
            return Answer(refusal.status_code, str(refusal.detail), getattr(refusal, "wait", None), len(queries))
    return Answer(200, "", None, 0)


def fail(names, *, times, networks=(HERE,), at=NOW):
    for number in range(times):
        for name in names:
            network = networks[number % len(networks)].format(number)
            with contextlib.suppress(TooManyAttempts):
                limits.record_failure(limits.Attempt.to_sign_in(name.format(number), network), now=at)


STATES = {
    "nothing has failed": lambda name: None,
    "one try is left for the name here": lambda name: fail([name], times=9),
    "the name is used up here": lambda name: fail([name], times=10),
    "the name is used up elsewhere": lambda name: fail([name], times=10, networks=["203.0.113.1"]),
    "the account's other name is used up here": lambda name: fail([f"{name}@example.test"], times=10),
    "both names are used up here": lambda name: fail([name, f"{name}@example.test"], times=10),
    "one try is left for the network": lambda name: fail(["made-up-{}"], times=29),
    "the network is used up": lambda name: fail(["made-up-{}"], times=30),
    "the network and the name are used up": lambda name: (fail([name], times=10), fail(["made-up-{}"], times=20)),
    "one try is left for the name from anywhere": lambda name: fail([name], times=99, networks=[ELSEWHERE]),
    "the name is used up from anywhere": lambda name: fail([name], times=100, networks=[ELSEWHERE]),
    "the other name is used up from anywhere": lambda name: fail(
        [f"{name}@example.test"], times=100, networks=[ELSEWHERE]
    ),
    "everything is used up": lambda name: (
        fail([name, f"{name}@example.test"], times=100, networks=[ELSEWHERE]),
        fail([name], times=10),
        fail(["made-up-{}"], times=30),
    ),
}
FOREIGN_BROWSERS = {
    "no browser": lambda users: NEVER_SEEN,
    "a browser that signed in to another account": lambda users: browser_of(User(id="usr_mallory", password="x")),
    "a forged browser": lambda users: KnownBrowser.read(
        [KnownBrowser(b"guessed").after_sign_in(user, now=NOW).encode() for user in users.values()],
        secret=SECRET,
        now=NOW,
    ),
}


def browser_of(user, *, at=NOW, now=NOW):
    value = KnownBrowser(SECRET).after_sign_in(user, now=at).encode()
    return KnownBrowser.read([value], secret=SECRET, now=now)


CASES = [
    *((browser, timedelta(0)) for browser in FOREIGN_BROWSERS),
    ("no browser", timedelta(seconds=61)),
    ("no browser", timedelta(minutes=16)),
]


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_answer_is_the_same_whoever_is_named(accounts, state):
    """In each case of browser and time. A state is made once for each name and set again for each case."""
    shown = {browser: make(accounts) for browser, make in FOREIGN_BROWSERS.items()}
    answers = {}
    for name in NAMES:
        FailureCount.objects.all().delete()
        STATES[state](name)
        counted = list(FailureCount.objects.all())
        for browser, later in CASES:
            FailureCount.objects.all().delete()
            FailureCount.objects.bulk_create(counted)
            asked = [attempt(name, now=NOW + later, browser=shown[browser]) for _ in range(3)]
            asked.append(attempt(f"{name}@example.test", now=NOW + later, browser=shown[browser]))
            asked.append(attempt(name.upper(), now=NOW + later, browser=shown[browser]))
            answers[name, browser, later] = asked
    assert {answer.status for asked in answers.values() for answer in asked} <= {401, 429}
    for browser, later in CASES:
        first, *others = (answers[name, browser, later] for name in NAMES)
        assert others == [first] * len(others), f"{browser}, {later} later"


@pytest.mark.django_db
def test_the_states_are_what_they_are_called(accounts):
    """Otherwise the table could compare refusals of one kind alone."""
    seen = {}
    for state, prepare in STATES.items():
        FailureCount.objects.all().delete()
        prepare("known")
        seen[state] = [attempt("known", now=NOW).status for _ in range(2)]
    assert {state for state, statuses in seen.items() if statuses == [401, 429]} == {
        "one try is left for the name here",
        "one try is left for the network",
        "one try is left for the name from anywhere",
    }
    assert {state for state, statuses in seen.items() if statuses == [429, 429]} == {
        "the name is used up here",
        "both names are used up here",
        "the network is used up",
        "the network and the name are used up",
        "the name is used up from anywhere",
        "everything is used up",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_owner_signs_in_from_a_browser_that_has_signed_in_before_in_every_state(accounts, state):
    STATES[state]("known")
    mine = browser_of(accounts["known"])
    for name in ("known", "KNOWN@example.test"):
        assert attempt(name, PASSWORD, now=NOW, browser=mine).status == 200


@pytest.mark.django_db
def test_a_user_id_that_is_typed_as_a_name_is_a_name(accounts):
    """Ten such tries, by anyone, used up the tries of that user's password change."""
    from identity_provider.accounts.services import change_password

    user = accounts["known"]
    fail([user.pk], times=12)
    change_password(user_id=user.pk, session_id="ses_1", old=PASSWORD, new="an entirely new one", network=HERE, now=NOW)


@pytest.mark.django_db
def test_nothing_that_anyone_does_at_sign_in_or_in_another_session_uses_up_a_password_change(accounts):
    from identity_provider.accounts.errors import WrongPassword
    from identity_provider.accounts.services import change_password

    user = accounts["known"]
    STATES["everything is used up"]("known")

    def change(session, old="wrong"):
        try:
            change_password(
                user_id=user.pk, session_id=session, old=old, new="an entirely new one", network=HERE, now=NOW
            )
        except (WrongPassword, TooManyAttempts) as refusal:
            return refusal.status_code
        return 204

    assert [change("ses_of_a_thief") for _ in range(12)] == [400] * 10 + [429] * 2
    assert change("ses_of_a_thief", PASSWORD) == 429
    assert change("ses_of_the_owner", PASSWORD) == 204


def user_of(number, password="a hash"):
    return User(id=f"usr_{number}", password=password)


def test_a_mark_is_for_one_account_and_not_for_ever():
    mine = browser_of(user_of(1))
    assert mine.mark_for(user_of(1))
    assert mine.mark_for(user_of(2)) is None
    assert mine.mark_for(None) is None
    assert browser_of(None).mark_for(None) is None
    assert browser_of(user_of(1), now=NOW + LASTS).mark_for(user_of(1))
    assert browser_of(user_of(1), now=NOW + LASTS + timedelta(seconds=1)).mark_for(user_of(1)) is None


def test_a_new_password_makes_every_mark_void():
    """Who knew the old one could have collected a thousand, with ten tries each."""
    assert browser_of(user_of(1, "old hash")).mark_for(user_of(1, "new hash")) is None


def test_a_browser_is_known_to_the_last_few_accounts_and_the_cookie_stays_short():
    value = b""
    for number in range(MOST_ACCOUNTS + 2):
        browser = KnownBrowser.read([value], secret=SECRET, now=NOW)
        value = browser.after_sign_in(user_of(number % (MOST_ACCOUNTS + 1)), now=NOW).encode()
        assert len(value) <= 160
    browser = KnownBrowser.read([value], secret=SECRET, now=NOW)
    known = [number for number in range(MOST_ACCOUNTS + 1) if browser.mark_for(user_of(number))]
    assert known == [0, 2, 3, 4]


@pytest.mark.parametrize("value", [b"", b".", b"....", b"A" * 38, b"A" * 4000, b"\xff\xfe", b"=" * 40, b"." * 9000])
def test_an_odd_cookie_is_no_mark(value):
    browser = KnownBrowser.read([value], secret=SECRET, now=NOW)
    assert browser.mark_for(user_of(1)) is None
    after = KnownBrowser.read([browser.after_sign_in(user_of(1), now=NOW).encode()], secret=SECRET, now=NOW)
    assert after.mark_for(user_of(1))


def test_the_cookie_is_for_the_sign_in_endpoints_alone_and_no_script_reads_it(sign_in, client, alice):
    cookie = sign_in().cookies["vf_known"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/api/auth/", True, "Lax")
    assert cookie["max-age"] == LASTS.total_seconds()
    assert not cookie["domain"]
    assert alice.pk not in cookie.value
    assert "vf_known" not in client.post("/api/auth/logout/").cookies  # it is for after a sign-out


def test_a_failed_sign_in_sets_no_cookie(sign_in, alice):
    assert "vf_known" not in sign_in(password="wrong").cookies
