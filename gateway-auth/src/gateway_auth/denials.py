"""Every reason for denying a request, each with its HTTP status and stable machine-readable code."""

from typing import ClassVar


class Denial(Exception):
    """The request is denied. The message is for the log. ``detail`` is sent to the client."""

    status: ClassVar[int]
    code: str
    detail: ClassVar[str]
    challenge: ClassVar[str | None] = None
    """The RFC 6750 §3.1 error of the ``WWW-Authenticate`` challenge; None for no challenge parameters."""
    retry_after: ClassVar[int | None] = None
    """Seconds after which trying again makes sense."""


class BadRequest(Denial):
    """Malformed or ambiguous: two credentials of one kind, an odd method, missing ``X-Forwarded-*``."""

    status = 400
    code = "invalid_request"
    detail = "The request is malformed or ambiguous, so it was rejected."
    challenge = "invalid_request"


class AmbiguousCookie(BadRequest):
    """Two cookies of one name, or two ``Cookie`` lines. In optional mode it is no credential."""

    detail = "The request contains two cookies with the same name. Delete the site's cookies and sign in again."


class CredentialRequired(Denial):
    """No credential on a route that requires one."""

    status = 401
    code = "credential_required"
    detail = "Sign in, or send an access token as 'Authorization: Bearer'."


class InvalidToken(Denial):
    """The credential is malformed, or its token is not accepted."""

    status = 401
    code = "token_invalid"
    detail = "The access token is not valid. Sign in again."
    challenge = "invalid_token"


class OpaqueToken(InvalidToken):
    """The credential is no signed JWT: an access token of Google or GitHub, a reference token, an encrypted one."""

    code = "token_opaque"
    detail = (
        "The credential is not a signed JWT. Opaque and encrypted tokens are not accepted: send a JWT access token."
    )


class ExpiredToken(InvalidToken):
    """The token was valid and has expired."""

    code = "token_expired"
    detail = "The access token has expired. Refresh it or sign in again."


class RevokedToken(InvalidToken):
    """The token was valid and has been revoked."""

    code = "token_revoked"
    detail = "The access token was revoked. Sign in again."


class RoleRequired(Denial):
    """A valid token whose roles do not include one that the route requires."""

    status = 403
    code = "role_required"
    detail = "Your account doesn't have a role that this URL requires."
    challenge = "insufficient_scope"


class CrossSiteRequest(Denial):
    """A page on another site made the browser send its session cookie."""

    status = 403
    code = "cross_site_request"
    detail = "The request came from another site, so the session cookie was ignored."


class TooLarge(Denial):
    """A header or the token is longer than any legitimate one."""

    status = 431
    code = "header_too_large"
    detail = "A request header or the URL is too large. Shorten the URL, or delete the site's cookies."


class CookiesTooLarge(TooLarge):
    """Too many cookies on a route that requires a credential. The browser sends them until they are deleted."""

    detail = (
        "Your browser sends too many or too large cookies to this site. "
        "Delete this site's cookies in the browser's settings, or sign out, and sign in again."
    )


class CannotDecide(Denial):
    """The revocation data is stale, or the decision took too long. The gateway fails closed."""

    status = 503
    code = "cannot_decide"
    detail = "Access can't be checked right now. Try again in a few seconds."
    retry_after = 5
