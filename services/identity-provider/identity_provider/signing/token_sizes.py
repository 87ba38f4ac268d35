"""Limits on the size of an access token, which must fit in a cookie and twice in a header line.

A browser silently drops a cookie that is too large, and a proxy rejects a header line that is too long with 431, even
on the endpoints for sign-in and sign-out. So a change of an account that would exceed the limits is rejected. If an
account exceeds them later, minting its token fails.
"""

from vf_tokens import Identity
from vf_tokens.access import Authentication, payload_of
from vf_tokens.compact import encode_json
from vf_tokens.policy import ACCESS_TYPE

from ..configuration import current
from ..identifiers import new_identifier

MAX_COOKIE_BYTES = 4096
"""Bytes of name, value and attributes together (RFC 6265 §6.1). Chromium and Firefox count name and value, Safari
everything.
"""

MAX_HEADER_LINE_BYTES = 8190
"""Maximum bytes that gateway-auth, nginx and Apache read of one header line."""

ROOM_FOR_OTHERS = 1024
"""Bytes of the ``Cookie`` line reserved for cookies of other programs."""

REFRESH_TOKEN_CHARACTERS = 43

SIGNATURE_BYTES = 512
"""Bytes of the longest supported signature: RS256 with an RSA key of 4,096 bits. So neither a key rotation nor another
``VF_JWT_ALGORITHM`` locks out an account that was accepted.
"""

_KID = "k" * 43
"""A placeholder as long as a thumbprint (RFC 7638)."""

_ATTRIBUTES = "; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Max-Age=34560000; Path=/; SameSite=Lax; Secure"
_LATEST = 9_999_999_999

_LONGEST_AUTHENTICATION = Authentication("aal2", ("pwd", "fed", "otp", "hwk", "swk", "mfa"), _LATEST)
"""All methods of ``signin.authentication`` together."""


def longest_token() -> int:
    """Return the maximum bytes of an access token with this platform's cookie names and domain."""
    names, domain = current().sessions.cookie_names, current().sessions.cookie_domain
    attributes = _ATTRIBUTES + (f"; Domain={domain}" if domain else "")
    of_cookie = MAX_COOKIE_BYTES - len(f"{names.script}={attributes}")
    beside = f"{names.access}=; {names.script}=; {names.refresh}=; "
    of_line = (MAX_HEADER_LINE_BYTES - ROOM_FOR_OTHERS - len(beside) - REFRESH_TOKEN_CHARACTERS) // 2
    return min(of_cookie, of_line)


def excess(identity: Identity) -> int:
    """Return by how many bytes this identity's longest token exceeds the limit; 0 if it fits.

    The longest token has the largest signature. The session of ``identity`` is irrelevant: session IDs have one length.
    """
    payload = payload_of(
        current().signing.policy,
        identity,
        token_id=new_identifier("tok"),
        issued_at=_LATEST,
        lifetime=current().signing.lifetime,
        authentication=_LONGEST_AUTHENTICATION,
    )
    header = {"typ": ACCESS_TYPE, "alg": "RS256", "kid": _KID}
    parts = (len(encode_json(header)), len(encode_json(payload)), SIGNATURE_BYTES)
    size = sum(map(_in_base64url, parts)) + len("..")
    return max(0, size - longest_token())


def _in_base64url(length: int) -> int:
    return (length * 4 + 2) // 3
