"""Malformed, duplicate and oversized credentials (rows 14 to 19)."""

from functools import partial

from ..case import DENIED, OWN_IDENTITY, REFUSED, Case, Expected, is_the_account
from ..situation import MARK, Line, Situation

_TOO_LARGE = Expected((431,), absent=(MARK, "AAAAAAAA"), words="nothing echoed")
_SPACES = ("\u2000", "\u00a0", "\u3000", "\u0085", "\u2028", "\ufeff", "\t", "\x0b", "\x0c", "\x1c", "  ")
"""White space that some parsers remove from a cookie's name."""


def _malformed_authorization() -> tuple[tuple[str, str | bytes], ...]:
    return (
        ("the scheme alone", "Bearer"),
        ("the scheme alone, in small letters", "bearer"),
        ("an empty value", ""),
        ("two words", "Bearer  a b"),
        ("Basic", "Basic YWRtaW46YWRtaW4xMjM="),
        ("bytes above ASCII", b"Bearer \xc3\xa9\xff"),
        ("a comma", "Bearer a,Bearer b"),
        ("a quoted token", 'Bearer "a.b.c"'),
        ("Digest", 'Digest username="admin"'),
        ("no space", "Bearera.b.c"),
        ("a tab for the space", "Bearer\ta.b.c"),
        ("token=", "Bearer token=a.b.c"),
        ("another scheme", "Token a.b.c"),
        ("DPoP", "DPoP a.b.c"),
    )


def _spaced(s: Situation, space: str, before: bool) -> bytes:
    name = f"{space}jwt" if before else f"jwt{space}"
    return s.request(("Cookie", f"a=b; {name}={s.token}"))  # not in front, where HTTP removes white space


def _named(s: Situation, name: str) -> bytes:
    return s.request(("Cookie", f"{name}={s.token}"))


def _line(s: Situation, name: str, value: str | bytes) -> bytes:
    return s.request((name, value))


def _twice(*lines: str) -> Case:
    """Build lines with ``T`` replaced by the valid token."""

    def build(s: Situation) -> bytes:
        return s.request(*(_filled(line, s.token) for line in lines))

    return Case(14, f"{' and '.join(lines)} (T: a valid token)", build, REFUSED, signed_in=True)


def _filled(line: str, token: str) -> Line:
    name, _, value = line.partition(": ")
    return name, value.replace("T", token)


def _bearer_with_cookie(s: Situation, bearer: str, cookie: str) -> bytes:
    return s.request(("Authorization", f"Bearer {bearer}"), ("Cookie", f"jwt={cookie}"))


_BAD_COOKIES: tuple[tuple[str, bytes], ...] = (
    ("percent signs and a byte above ASCII", b"jwt=%%%\xff"),
    ("separators only", b";;;="),
    ("an empty one", b""),
    ("an empty jwt", b"jwt="),
    ("jwt without a value", b"jwt"),
    ("a quoted jwt", b'jwt="a.b.c"'),
    ("a bare equals sign", b"=jwt"),
    ("three dots", b"jwt=..."),
    ("a NUL-like escape", b"jwt=%00"),
    ("a $Version", b'$Version=1; jwt=a.b.c; $Path="/"'),
)

CASES = (
    _twice("Authorization: Bearer T", "Authorization: Bearer T"),
    _twice("Authorization: Bearer T", "Authorization: Bearer x"),
    _twice("Authorization: Bearer x", "authorization: Bearer T"),
    _twice("Authorization: Bearer T, Bearer x"),
    _twice("Cookie: jwt=T; jwt=x"),
    _twice("Cookie: jwt=x; jwt=T"),
    _twice("Cookie: jwt=T; jwt=T"),
    _twice("Cookie: jwt=T", "Cookie: jwt=x"),
    _twice("Cookie: a=b", "Cookie: jwt=T"),
    _twice("Cookie: jwt_token=T; jwt_token=x"),
    _twice("Cookie: jwt=T; jwt_token=T; jwt_token=x"),
    _twice("Cookie: jwt=x; jwt_token=T"),
    _twice("Cookie: jwt=T, jwt=x"),
    Case(
        15,
        "a good cookie with a bad bearer",
        lambda s: _bearer_with_cookie(s, "a.b.c", s.token),
        DENIED,
        signed_in=True,
    ),
    Case(
        15,
        "a good cookie with Basic",
        lambda s: s.request(("Authorization", "Basic eDp5"), s.cookie),
        REFUSED,
        signed_in=True,
    ),
    Case(
        15,
        "a good cookie with an empty Authorization",
        lambda s: s.request(("Authorization", ""), s.cookie),
        REFUSED,
        signed_in=True,
    ),
    Case(
        15,
        "a bad cookie with a good bearer",
        lambda s: _bearer_with_cookie(s, s.token, "a.b.c"),
        OWN_IDENTITY,
        signed_in=True,
    ),
    *(
        Case(
            16,
            f"a cookie named {space!a} + jwt",
            partial(_spaced, space=space, before=True),
            REFUSED,
            signed_in=True,
        )
        for space in _SPACES
    ),
    *(
        Case(
            16,
            f"a cookie named jwt + {space!a}",
            partial(_spaced, space=space, before=False),
            REFUSED,
            signed_in=True,
        )
        for space in _SPACES
    ),
    *(
        Case(
            16,
            f"a cookie named {name}",
            partial(_named, name=name),
            REFUSED,
            signed_in=True,
        )
        for name in ("JWT", "__Host-jwt", "__Secure-jwt", "jw\u200bt", "%6awt", "jwt[]", '"jwt"')
    ),
    *(
        Case(17, f"a cookie jar with {words}", partial(_line, name="Cookie", value=jar), REFUSED)
        for words, jar in _BAD_COOKIES
    ),
    Case(18, "a bearer of 40 KB", lambda s: s.request(("Authorization", "Bearer " + "A" * 40_000)), _TOO_LARGE),
    Case(
        18,
        "a bearer of 40 KB with dots",
        lambda s: s.request(("Authorization", "Bearer a." + "A" * 40_000 + ".c")),
        _TOO_LARGE,
    ),
    Case(18, "a cookie jar of 12 KB", lambda s: s.request(("Cookie", "a=" + "A" * 12_000)), _TOO_LARGE),
    Case(18, "a header of 1.2 MB", lambda s: s.request(("X-Padding", "A" * 1_200_000)), _TOO_LARGE),
    Case(
        18,
        "ten thousand headers",
        lambda s: s.request(*((f"X-{number}", "A") for number in range(10_000))),
        # They fit into the size that a browser's cookies need. ForwardAuth doesn't send them; a service rejects them.
        Expected((400, 401, 431), absent=(MARK,), words="refused, nothing echoed"),
    ),
    Case(
        18,
        "two thousand cookies",
        lambda s: s.request(("Cookie", "; ".join(f"c{n}=AAAAAAAAA" for n in range(2_000)))),
        _TOO_LARGE,
    ),
    Case(
        18,
        "five hundred small cookies beside a good one",
        lambda s: s.request(("Cookie", "; ".join([*(f"c{n}=1" for n in range(500)), f"jwt={s.token}"]))),
        Expected((200,), check=is_the_account),
        signed_in=True,
    ),
    Case(
        18,
        "a target of 20 KB",
        lambda s: s.request(target=s.protected + "?" + "A" * 20_000),
        Expected((400, 414, 431), absent=(MARK, "AAAAAAAA"), words="nothing echoed"),
    ),
    *(
        Case(19, f"Authorization with {words}", partial(_line, name="Authorization", value=value), REFUSED)
        for words, value in _malformed_authorization()
    ),
)
