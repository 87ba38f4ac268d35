"""The sign-in endpoints, which ForwardAuth doesn't protect."""

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.security.attack.situation import MARK, Line, Situation
from tests.security.attack.wire import Reply, exchange
from tests.security.conftest import log_in

LOGIN = "/api/auth/login/"
GOOD = b'{"username": "alice", "password": "alice123"}'


def post(s: Situation, body: bytes, *lines: Line, kind: str = "application/json", target: str = LOGIN) -> Reply:
    return exchange(s.endpoint, s.request(("Content-Type", kind), *lines, method="POST", target=target, body=body))


FOREIGN = [
    (("Origin", "https://evil.test"),),
    (("Origin", "null"),),
    (("Sec-Fetch-Site", "cross-site"),),
    (("Sec-Fetch-Site", "same-site"),),
    (("Origin", "https://evil.test"), ("Host", "evil.test")),
    (("Origin", "https://evil.test"), ("X-Forwarded-Host", "evil.test"), ("X-Forwarded-Proto", "https")),
]


@pytest.mark.row(31)
@pytest.mark.parametrize("lines", FOREIGN, ids=str)
@pytest.mark.parametrize("path", [LOGIN, "/api/auth/logout/", "/api/auth/refresh/"])
def test_another_site_can_neither_sign_in_nor_out(path: str, lines: tuple[Line, ...], situation: Situation) -> None:
    reply = post(situation, GOOD, situation.cookie, *lines, target=path)
    assert reply.status in (400, 403)
    assert not reply.every("Set-Cookie")


@pytest.mark.row(31)
@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/jsonx", "multipart/form-data; boundary=x", "text/json"]
)
def test_a_form_that_looks_like_json_does_not_sign_in(kind: str, nobody: Situation) -> None:
    reply = post(nobody, GOOD, kind=kind)
    assert reply.status in (400, 415)
    assert not reply.every("Set-Cookie")


ODD_BODIES = {
    "a name twice": b'{"username": "nobody-here", "password": "alice123", "username": "alice"}',
    "a password twice": b'{"username": "alice", "password": "wrong", "password": "alice123"}',
    "a list": b'["alice", "alice123"]',
    "a number": b"1",
    "nothing": b"",
    "half of it": b'{"username": "alice", "pass',
    "NaN": b'{"username": NaN, "password": NaN}',
    "a name that is an object": b'{"username": {"$ne": null}, "password": "x"}',
    "a password that is a list": b'{"username": "alice", "password": ["alice123"]}',
    "a very deep one": b"[" * 20_000,
    "a NUL in the name": b'{"username": "alice\\u0000", "password": "alice123"}',
    "half a character": b'{"username": "\\ud800", "password": "x"}',
    "bytes that are no text": b'{"username": "\xff\xfe", "password": "x"}',
    "a megabyte of a password": b'{"username": "alice", "password": "' + b"x" * 1_000_000 + b'"}',
}


@pytest.mark.row(37)
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES.keys())
def test_an_odd_body_is_refused_and_not_a_fault(body: bytes, nobody: Situation) -> None:
    reply = post(nobody, body)
    assert reply.status in (400, 401, 413, 429), reply.body
    assert reply.header("Content-Type") == "application/problem+json"
    assert not reply.every("Set-Cookie")


@pytest.mark.row(42)
def test_bodies_that_nobody_reads_cost_other_people_nothing(nobody: Situation) -> None:
    """gunicorn closes such a connection, so Traefik must not send another user's request on it."""
    a_megabyte = ODD_BODIES["a megabyte of a password"]
    with ThreadPoolExecutor(7) as pool:
        asked = [pool.submit(post, nobody, body) for _ in range(150) for body in (a_megabyte, b"{}", b"{}")]
    replies = [reply.result() for reply in asked]
    assert {reply.status for number, reply in enumerate(replies) if number % 3} == {400}
    assert {reply.status for reply in replies[::3]} <= {413, 503}


@pytest.mark.row(37)
def test_known_and_unknown_names_get_the_same_words_and_take_about_the_same_time(nobody: Situation) -> None:
    replies: dict[str, list[Reply]] = {"known": [], "unknown": []}
    for number in range(4):
        replies["known"].append(log_in(nobody, "bob", f"wrong-{number}"))
        replies["unknown"].append(log_in(nobody, f"nobody-{number}-here", f"wrong-{number}"))
    seen = {kind: [(reply.status, _without_id(reply)) for reply in found] for kind, found in replies.items()}
    assert len({str(answer) for answers in seen.values() for answer in answers}) == 1
    medians = {kind: statistics.median(reply.seconds for reply in found) for kind, found in replies.items()}
    assert 1 / 3 < medians["known"] / medians["unknown"] < 3


def _without_id(reply: Reply) -> dict[str, object]:
    return {name: value for name, value in json.loads(reply.body).items() if name != "request_id"}


@pytest.mark.row(30)
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda s: s.request(("Origin", s.origin)), 401),
        (lambda s: s.request(("Origin", s.origin), ("Cookie", "jwt=a; jwt=b")), 400),
        (lambda s: s.request(("Origin", s.origin), ("Authorization", "Bearer " + "A" * 9_000)), 431),
        (lambda s: s.request(("Origin", s.origin), s.bearer, target="/api/billing/nothing/"), 404),
        (lambda s: s.request(("Origin", s.origin), ("Sec-Fetch-Site", "cross-site"), method="POST", target=LOGIN), 400),
    ],
)
def test_a_script_of_our_own_can_read_a_denial(ask: Callable, status: int, situation: Situation) -> None:
    reply = exchange(situation.endpoint, ask(situation))
    assert reply.status == status
    assert reply.every("Access-Control-Allow-Origin") == [situation.origin]
    assert reply.every("Access-Control-Allow-Credentials") == ["true"]


@pytest.mark.row(30)
def test_every_answer_has_cors_headers_once(situation: Situation) -> None:
    for path in ("/", "/api/", "/static/css/layout.css", "/api/schema/", "/api/billing/summary/", LOGIN):
        reply = exchange(
            situation.endpoint, situation.request(("Origin", situation.origin), situation.bearer, target=path)
        )
        assert len(reply.every("Access-Control-Allow-Origin")) == 1, path


@pytest.mark.row(33)
@pytest.mark.parametrize(
    "value", ["/x%0d%0aSet-Cookie:%20a=" + MARK, "/x%0aX-A:%20" + MARK, "/%E5%98%8D%E5%98%8A" + MARK]
)
@pytest.mark.parametrize("path", ["/api/auth/continue/", "/accounts/login/"])
def test_a_target_cannot_split_the_answer(path: str, value: str, nobody: Situation) -> None:
    reply = exchange(nobody.endpoint, nobody.request(target=f"{path}?next={value}"))
    assert all(MARK not in held for name, held in reply.headers if name not in ("Location",))
    assert not reply.every("X-A")


@pytest.mark.row(14)
def test_two_refresh_cookies_refresh_nothing(nobody: Situation) -> None:
    cookies = f"jwt_refresh={'A' * 43}; jwt_refresh={'B' * 43}"
    reply = post(nobody, b"", ("Cookie", cookies), target="/api/auth/refresh/")
    assert reply.status == 400
    assert not reply.every("Set-Cookie")


@pytest.mark.row(14)
def test_a_cookie_planted_by_a_parent_domain_denies_instead_of_deciding(situation: Situation) -> None:
    """The browser sends both. The attacker chooses their order, with path and age."""
    for jar in (f"jwt=planted; jwt={situation.token}", f"jwt={situation.token}; jwt=planted"):
        assert exchange(situation.endpoint, situation.request(("Cookie", jar))).status == 400
        page = exchange(situation.endpoint, situation.request(("Cookie", jar), target="/accounts/profile/"))
        assert (page.status, page.header("Location").partition("?")[0]) == (302, "/api/auth/continue/")


@pytest.mark.row(37)
def test_signing_in_is_not_slowed_down_by_a_long_password(nobody: Situation) -> None:
    started = time.monotonic()
    assert log_in(nobody, "nobody-at-all", "x" * 100_000).status == 413
    assert time.monotonic() - started < 3
