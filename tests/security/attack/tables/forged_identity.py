"""Headers that imitate the gateway's or the proxy's (rows 1 to 5, 9, 10, 13)."""

from functools import partial

from ..case import DENIED, OWN_IDENTITY, OWN_IDENTITY_OR_REFUSED, REFUSED, Case
from ..situation import MARK, Line, Situation

SPELLINGS = tuple(f"X{mark}User{mark}Id" for mark in "_.~!#$%&'*+^`|")
"""Every character except the hyphen that may occur in a header name (RFC 9110 §5.6.2)."""

NAMES = ("Id", "Name", "Email", "Roles", "Session", "Assertion")
OTHER_PROXIES = (
    "Remote-User",
    "Remote-Groups",
    "X-Remote-User",
    "X-Auth-Request-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
)
"""Headers with which other authenticating proxies send the identity."""

_ALL: tuple[Line, ...] = tuple((f"X-User-{name}", MARK) for name in NAMES)

FORGERIES: tuple[tuple[int, str, tuple[Line, ...]], ...] = (
    (1, "X-User-Id once", (("X-User-Id", MARK),)),
    (1, "X-User-Id twice", (("X-User-Id", MARK), ("X-User-Id", f"{MARK}-2"))),
    (1, "X-User-Id in small letters", (("x-user-id", MARK),)),
    (1, "X-User-Id in capitals", (("X-USER-ID", MARK),)),
    (1, "all identity headers", _ALL),
    (1, "an empty X-User-Id before a forged one", (("X-User-Id", ""), ("X-User-Id", MARK))),
    *((2, f"the spelling {name}", ((name, MARK),)) for name in SPELLINGS),
    (2, "a mixed spelling X-User_Roles", (("X-User_Roles", MARK),)),
    (2, "a mixed spelling X_User-Assertion", (("X_User-Assertion", MARK),)),
    (2, "a spelling beside the true name", (("X-User-Id", MARK), ("X_User_Id", MARK), ("x.user.id", MARK))),
    (3, "an unused name of the namespace", (("X-User-Anything", MARK),)),
    (3, "the bare prefix", (("X-User-", MARK),)),
    (3, "a very long name of the namespace", ((f"X-User-{'A' * 900}", MARK),)),
    *((3, f"{name}, which another proxy would set", ((name, MARK),)) for name in OTHER_PROXIES),
    (9, "X-Forwarded-Uri of a public file", (("X-Forwarded-Uri", f"/static/{MARK}"),)),
    (9, "X-Forwarded-Method OPTIONS", (("X-Forwarded-Method", "OPTIONS"),)),
    (9, "X-Forwarded-Host of another place", (("X-Forwarded-Host", f"{MARK}.test"),)),
    (9, "X-Forwarded-For of a trusted address", (("X-Forwarded-For", f"127.0.0.1, {MARK}"),)),
    (
        9,
        "X-Forwarded-Proto, -Port and -Prefix",
        (("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"), ("X-Forwarded-Prefix", f"/{MARK}")),
    ),
    (9, "X-Forwarded-Host twice", (("X-Forwarded-Host", f"{MARK}.test"), ("X-Forwarded-Host", f"{MARK}.test"))),
    (
        9,
        "X_Forwarded_Uri and X_Forwarded_Host with underscores",
        (("X_Forwarded_Uri", f"/static/{MARK}"), ("X_Forwarded_Host", f"{MARK}.test")),
    ),
    (9, "X-Original-Url and X-Rewrite-Url", (("X-Original-Url", f"/static/{MARK}"), ("X-Rewrite-Url", f"/{MARK}"))),
    (
        9,
        "X-Original-Uri, -Host and -Method",
        (("X-Original-Uri", f"/{MARK}"), ("X-Original-Host", MARK), ("X-Original-Method", MARK)),
    ),
    (9, "Forwarded (RFC 7239)", (("Forwarded", f"for=127.0.0.1;host={MARK}.test;proto=https"),)),
    (9, "method overrides", (("X-Http-Method-Override", MARK),)),
    (10, "SCRIPT_NAME", (("SCRIPT_NAME", f"/{MARK}"),)),
    (10, "PATH_INFO", (("PATH_INFO", f"/static/{MARK}"),)),
    (10, "SCRIPT_NAME that is the path's beginning", (("SCRIPT_NAME", "/api"), ("PATH_INFO", f"/{MARK}"))),
    (10, "REMOTE_USER and HTTP_X_USER_ID", (("REMOTE_USER", MARK), ("HTTP_X_USER_ID", MARK))),
)
"""Row, forgery, lines. Each is sent without a credential and with a valid token. None of the lines may arrive."""

CONNECTION_LISTS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    ("X-User-Id", (("Connection", "X-User-Id"),)),
    ("all identity headers", (("Connection", ", ".join(f"X-User-{name}" for name in NAMES)),)),
    ("X-Forwarded-Uri and its like", (("Connection", "X-Forwarded-Uri, X-Forwarded-Host, X-Forwarded-Method"),)),
    ("X-Forwarded-For", (("Connection", "keep-alive, X-Forwarded-For"),)),
    ("X-User-Id, in the second of two lines", (("Connection", "keep-alive"), ("Connection", "x-user-id"))),
    ("X-Request-Id and Host", (("Connection", "X-Request-Id, Host"),)),
)
"""Headers that a proxy is told to drop as hop-by-hop (RFC 9110 §7.6.1). The gateway's own must still arrive."""

_DROPPED_CREDENTIALS = (("Authorization", "bearer"), ("Cookie", "cookie"), ("Authorization, Cookie", "bearer"))

_NO_EXCUSE: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    ("?next=/static/ in the query", "?next=/static/", ()),
    ("a health checker's user agent", "", (("User-Agent", "kube-probe/1.31"),)),
    ("another health checker's user agent", "", (("User-Agent", "ELB-HealthChecker/2.0"),)),
    ("X-Requested-With and a purpose", "", (("X-Requested-With", "XMLHttpRequest"), ("Purpose", "prefetch"))),
)


def _as_nobody(row: int, words: str, lines: tuple[Line, ...]) -> Case:
    return Case(row, f"{words}, without a credential", lambda s: s.request(*lines), REFUSED)


def _signed_in(row: int, words: str, lines: tuple[Line, ...]) -> Case:
    return Case(
        row,
        f"{words}, with a valid token",
        lambda s: s.request(s.bearer, *lines),
        OWN_IDENTITY_OR_REFUSED,
        signed_in=True,
    )


def _with_bearer(s: Situation, lines: tuple[Line, ...]) -> bytes:
    return s.request(s.bearer, *lines)


def _dropped(named: str, form: str) -> Case:
    def build(s: Situation) -> bytes:
        return s.request(s.bearer if form == "bearer" else s.cookie, ("Connection", named))

    return Case(5, f"Connection: {named}, with a good {form}", build, DENIED, signed_in=True)


def _excuse(words: str, query: str, lines: tuple[Line, ...]) -> Case:
    return Case(13, words, lambda s: s.request(*lines, target=s.protected + query), DENIED)


CASES = (
    *(_as_nobody(*forgery) for forgery in FORGERIES),
    *(_signed_in(*forgery) for forgery in FORGERIES),
    *(_as_nobody(4, f"Connection: {words}", lines) for words, lines in CONNECTION_LISTS),
    *(
        Case(
            4,
            f"Connection: {words}, with a valid token",
            partial(_with_bearer, lines=lines),
            OWN_IDENTITY,
            signed_in=True,
        )
        for words, lines in CONNECTION_LISTS
    ),
    *(_dropped(*dropped) for dropped in _DROPPED_CREDENTIALS),
    *(_excuse(*excuse) for excuse in _NO_EXCUSE),
)
