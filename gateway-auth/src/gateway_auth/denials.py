"""Every reason for denying a request, each with its HTTP status and stable machine-readable code."""

from typing import Any, ClassVar


class Denial(Exception):
    """The request is denied. The message is for the log. ``detail`` is sent to the client."""

    status: ClassVar[int]
    code: ClassVar[str]
    detail: ClassVar[str]
    challenge: ClassVar[str | None] = None
    """The RFC 6750 §3.1 error of the ``WWW-Authenticate`` challenge; None for no challenge parameters."""
    retry_after: ClassVar[int | None] = None
    """Seconds after which trying again makes sense."""

    def __init_subclass__(cls, **named: Any) -> None:
        """Set what the class statement names. The rest is inherited."""
        for name, value in named.items():
            setattr(cls, name, value)


class BadRequest(Denial, status=400, code="invalid_request", challenge="invalid_request"):
    """Malformed or ambiguous: two credentials of one kind, an odd method, missing ``X-Forwarded-*``."""

    detail = "The request is malformed or ambiguous, so it was rejected."


class AmbiguousCookie(BadRequest):
    """Two cookies of one name, or two ``Cookie`` lines. In optional mode it is no credential."""

    detail = "The request contains two cookies with the same name. Delete the site's cookies and sign in again."


class CredentialRequired(Denial, status=401, code="credential_required"):
    """No credential on a route that requires one."""

    detail = "Sign in, or send an access token as 'Authorization: Bearer'."


class InvalidToken(Denial, status=401, code="token_invalid", challenge="invalid_token"):
    """The credential is malformed, or its token is not accepted."""

    detail = "The access token is not valid. Sign in again."


class OpaqueToken(InvalidToken, code="token_opaque"):
    """The credential is no signed JWT: an access token of Google or GitHub, a reference token, an encrypted one."""

    detail = (
        "The credential is not a signed JWT. Opaque and encrypted tokens are not accepted: send a JWT access token."
    )


class ExpiredToken(InvalidToken, code="token_expired"):
    """The token was valid and has expired."""

    detail = "The access token has expired. Refresh it or sign in again."


class RevokedToken(InvalidToken, code="token_revoked"):
    """The token was valid and has been revoked."""

    detail = "The access token was revoked. Sign in again."


class RoleRequired(Denial, status=403, code="role_required", challenge="insufficient_scope"):
    """A valid token whose roles do not include one that the route requires."""

    detail = "Your account doesn't have a role that this URL requires."


class CrossSiteRequest(Denial, status=403, code="cross_site_request"):
    """A page on another site made the browser send its session cookie."""

    detail = "The request came from another site, so the session cookie was ignored."


class TooLarge(Denial, status=431, code="header_too_large"):
    """A header or the token is longer than any legitimate one."""

    detail = "A request header or the URL is too large. Shorten the URL, or delete the site's cookies."


class CookiesTooLarge(TooLarge):
    """Too many cookies on a route that requires a credential. The browser sends them until they are deleted."""

    detail = (
        "Your browser sends too many or too large cookies to this site. "
        "Delete this site's cookies in the browser's settings, or sign out, and sign in again."
    )


class CannotDecide(Denial, status=503, code="cannot_decide", retry_after=5):
    """The revocation data is stale, or the decision took too long. The gateway fails closed."""

    detail = "Access can't be checked right now. Try again in a few seconds."
