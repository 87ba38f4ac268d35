"""Tokens that must be rejected (rows 20, 21, 23 to 26). Each is sent as a bearer token and as a cookie."""

import json
import time
from collections.abc import Callable

from .. import forge
from ..case import DENIED, Case, Expected
from ..situation import MARK, Situation

Make = Callable[[Situation], str]

_FOREIGN: tuple[tuple[int, str, Make], ...] = (
    *(
        (20, f"alg {alg!r}", lambda s, alg=alg: forge.unsigned(forge.header(alg=alg), forge.claims(s), b"\0"))
        for alg in ("none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS256", "PS256", "ES512", "es256")
    ),
    (20, "an empty signature", lambda s: forge.unsigned(forge.header(), forge.claims(s), b"")),
    (20, "alg none and an empty signature", lambda s: forge.unsigned(forge.header(alg="none"), forge.claims(s), b"")),
    (20, "no alg", lambda s: forge.unsigned(forge.header(alg=None), forge.claims(s))),
    (20, "alg a list", lambda s: forge.unsigned(forge.header(alg=["none"]), forge.claims(s))),
    (20, "a signature of zeros", lambda s: forge.unsigned(forge.header(), forge.claims(s), b"\0" * 64)),
    (20, "another's key", forge.by_another_key),
    *(
        (21, f"kid {words}", lambda s, kid=kid: forge.unsigned(forge.header(kid=kid), forge.claims(s)))
        for words, kid in (
            ("a path", "../../../../dev/null"),
            ("SQL", "x' OR '1'='1"),
            ("a number", 1),
            ("a list", ["a"]),
            ("an object", {}),
            ("an address", "http://127.0.0.1:9/keys.json"),
            ("a line end", "a\r\nforged_log_line=1"),
            ("empty", ""),
            ("null", False),
            ("of 5 KB", "k" * 5_000),
            ("an escape sequence", "\x1b[2J"),
        )
    ),
    *(
        (
            21,
            f"{member} in the header",
            lambda s, member=member, value=value: forge.unsigned(forge.header(**{member: value}), forge.claims(s)),
        )
        for member, value in (
            ("jku", "http://127.0.0.1:9/jwks.json"),
            ("x5u", "http://127.0.0.1:9/cert.pem"),
            ("x5c", ["MIIB"]),
            ("jwk", {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
            ("crit", ["exp"]),
            ("zip", "DEF"),
            ("b64", False),
        )
    ),
    (26, "five parts (JWE)", lambda s: forge.unsigned(forge.header(), forge.claims(s)) + ".YQ.YQ"),
    (26, "two parts", lambda s: forge.unsigned(forge.header(), forge.claims(s)).rpartition(".")[0]),
    (26, "a thousand dots", lambda s: "." * 1_000),
    (26, "arrays nested 200 deep", lambda s: forge.unsigned(forge.header(), {"a": json.loads("[" * 200 + "]" * 200)})),
    (26, "arrays nested 2,500 deep", lambda s: f"{forge.segment(b'[' * 2_500)}.{forge.segment(b'{' * 2_500)}.YQ"),
    (26, "a header that is no object", lambda s: f"{forge.segment(b'[]')}.{forge.segment(b'{}')}.YQ"),
    (26, "a header that is not UTF-8", lambda s: f"{forge.segment(bytes([255, 254]))}.{forge.segment(b'{}')}.YQ"),
    (26, "NaN and Infinity", lambda s: ".".join([*map(forge.segment, (b'{"alg": NaN}', b'{"exp": Infinity}')), "YQ"])),
)
"""Tokens that anyone can create."""


def _times(**shift: int) -> dict[str, int]:
    now = int(time.time())
    return {name: now + seconds for name, seconds in shift.items()}


_CHANGED_CLAIMS: tuple[tuple[int, str, Callable[[], forge.Claims]], ...] = (
    (23, "use refresh", lambda: {"use": "refresh"}),
    (23, "no use", lambda: {"use": None}),
    (23, "use a list", lambda: {"use": ["access"]}),
    (23, "another use", lambda: {"use": "id"}),
    (24, "no exp", lambda: {"exp": None}),
    (24, "exp a string", lambda: {"exp": str(int(time.time()) + 300)}),
    (24, "exp a float", lambda: {"exp": time.time() + 300}),
    (24, "exp 1e300", lambda: {"exp": 1e300}),
    (24, "exp true", lambda: {"exp": True}),
    (24, "exp past", lambda: _times(iat=-400, exp=-100)),
    (24, "a lifetime of ten years", lambda: _times(exp=315_360_000)),
    (24, "exp before iat", lambda: _times(iat=5, exp=1)),
    (24, "exp negative", lambda: {"exp": -1}),
    (24, "exp of 400 digits", lambda: {"exp": 10**400}),
    (24, "no iat", lambda: {"iat": None}),
    (24, "iat ahead", lambda: _times(iat=120, exp=300)),
    (24, "nbf ahead", lambda: _times(nbf=120)),
    (24, "nbf a string", lambda: {"nbf": "soon"}),
    (25, "another iss", lambda: {"iss": "https://evil.test"}),
    (25, "no iss", lambda: {"iss": None}),
    (25, "iss a list", lambda: {"iss": ["https://evil.test"]}),
    (25, "another aud", lambda: {"aud": "other"}),
    (25, "no aud", lambda: {"aud": None}),
    (25, "aud a list", lambda: {"aud": ["vf-services", "other"]}),
    (25, "aud with a space", lambda: {"aud": "vf-services "}),
    (25, "sub empty", lambda: {"sub": ""}),
    (25, "sub a number", lambda: {"sub": 1}),
    (25, "sub with a line end", lambda: {"sub": f"{MARK}\r\nX-User-Roles: admin"}),
    (25, "sub of 4 KB", lambda: {"sub": "s" * 4_000}),
    (25, "no sub", lambda: {"sub": None}),
    (25, "sub of white space", lambda: {"sub": "\u2028"}),
    (25, "roles a string", lambda: {"roles": "admin"}),
    (25, "65 roles", lambda: {"roles": [str(number) for number in range(65)]}),
    (25, "roles of numbers", lambda: {"roles": [1, 2]}),
    (25, "no roles", lambda: {"roles": None}),
    (25, "no sid", lambda: {"sid": None}),
    (25, "act a text", lambda: {"act": MARK}),
    (25, "act empty", lambda: {"act": {}}),
    (25, "act of a number", lambda: {"act": {"sub": 1}}),
    (25, "act with an actor of its own", lambda: {"act": {"sub": MARK, "act": {"sub": MARK}}}),
    (25, "no jti", lambda: {"jti": None}),
    (25, "a username that is not text", lambda: {"username": {"a": 1}}),
)
"""Tokens signed with the platform's own key, with one invalid claim."""


def _payload_twice(s: Situation) -> str:
    text = json.dumps(forge.claims(s, sub="alice"))
    return forge.signed_text(s, text[:-1] + f', "sub": "{MARK}"}}')


def _header_without(s: Situation, name: str) -> dict[str, str]:
    """Return a valid header without one member."""
    key = forge.own_key(s)
    good = {"alg": key.algorithm, "typ": "at+jwt", "kid": key.kid}
    return {member: value for member, value in good.items() if member != name}


def _numbered_kid(s: Situation) -> str:
    return forge.signed_header_text(s, json.dumps({**_header_without(s, "kid"), "kid": 7}))


def _header_twice(s: Situation) -> str:
    key = forge.own_key(s)
    rest = json.dumps(_header_without(s, "alg"))[1:]
    return forge.signed_header_text(s, f'{{"alg":"{key.algorithm}","alg":"{key.algorithm}",{rest}')


def _padded(s: Situation) -> str:
    start, payload, signature = forge.signed(s).split(".")
    return f"{start}.{payload}{'=' * (-len(payload) % 4) or '='}.{signature}"


def _stray_bits(s: Situation) -> str:
    """Return other spellings of a signature: 64 bytes leave four bits of the last character unused."""
    token = forge.signed(s)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


_NEAR_MISSES: tuple[tuple[int, str, Make], ...] = (
    (20, "HS256 with the public key for a secret", forge.with_public_key_as_secret),
    (20, "the right kid, signed by another key", lambda s: forge.by_another_key(s, kid=forge.own_key(s).kid)),
    (21, "an unknown crit", lambda s: forge.signed(s, {"crit": ["urn:x"]})),
    (21, "a kid as a number", _numbered_kid),
    *(
        (23, f"typ {typ}", lambda s, typ=typ: forge.signed(s, {"typ": typ}))
        for typ in ("JWT", "edge+jwt", "rt+jwt", "AT+JWT", "logout+jwt", "")
    ),
    (23, "no typ", lambda s: forge.signed_header_text(s, json.dumps(_header_without(s, "typ")))),
    (23, "typ a list", lambda s: forge.signed(s, {"typ": ["at+jwt"]})),
    *(
        (row, words, lambda s, changed=changed: forge.signed(s, None, **changed()))
        for row, words, changed in _CHANGED_CLAIMS
    ),
    (26, "a claim twice", _payload_twice),
    (26, "a member of the header twice", _header_twice),
    (26, "white space behind it", lambda s: forge.signed(s) + "%20"),
    (26, "a part with padding", _padded),
    (26, "the same signature in other letters", _stray_bits),
    (
        26,
        "the alphabet of plain base64",
        lambda s: forge.signed(s, {"x": "???>>>~~~"}).replace("-", "+").replace("_", "/") + "+",
    ),
    (26, "a sixth of a character more", lambda s: forge.signed(s) + "A"),
    (26, "a payload behind a BOM", lambda s: forge.signed_text(s, "\ufeff" + json.dumps(forge.claims(s)))),
    (
        26,
        "a payload nested 200 deep",
        lambda s: forge.signed_text(s, json.dumps(forge.claims(s))[:-1] + ', "a": ' + "[" * 200 + "]" * 200 + "}"),
    ),
    (
        25,
        "a username with a lone surrogate",
        lambda s: forge.signed_text(s, json.dumps(forge.claims(s, username="\ud800"))),
    ),
)
"""Tokens signed with the platform's own key, with one other invalid part."""

_DENIED_QUICKLY = Expected((401,), check=lambda reply, _: "took longer than 2 s" if reply.seconds > 2 else "")


def _both_ways(row: int, words: str, make: Make, near_miss: bool) -> tuple[Case, Case]:
    expected = _DENIED_QUICKLY if row == 26 else DENIED
    return (
        Case(
            row,
            f"a bearer with {words}",
            lambda s: s.request(("Authorization", f"Bearer {make(s)}")),
            expected,
            near_miss=near_miss,
        ),
        Case(
            row,
            f"a cookie with {words}",
            lambda s: s.request(("Cookie", f"jwt={make(s)}")),
            expected,
            near_miss=near_miss,
        ),
    )


CASES = (
    *(case for row, words, make in _FOREIGN for case in _both_ways(row, words, make, near_miss=False)),
    *(case for row, words, make in _NEAR_MISSES for case in _both_ways(row, words, make, near_miss=True)),
    Case(
        21,
        "a bearer with a kid of 1 MB",
        lambda s: s.request(("Authorization", f"Bearer {forge.unsigned(forge.header(kid='k' * 1_000_000), {})}")),
        Expected((431,)),
    ),
    Case(
        23,
        "an assertion that says the person's own identity, as a bearer",
        lambda s: s.request(
            ("Authorization", f"Bearer {forge.signed(s, {'typ': 'edge+jwt'}, iss='gateway-auth', aud='billing')}")
        ),
        DENIED,
        near_miss=True,
    ),
)
