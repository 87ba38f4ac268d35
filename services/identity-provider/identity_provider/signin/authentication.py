"""How a user has signed in, as the claims ``amr`` (RFC 8176) and ``acr`` of access tokens."""

from collections.abc import Iterable

PASSWORD = "pwd"  # noqa: S105 (no password)
OTHER_PROVIDER = "fed"
"""Another identity provider. RFC 8176 has no value for it."""
ONE_TIME_CODE = "otp"
"""A code from an authenticator app, a recovery code, or a code from an email."""
HARDWARE_KEY = "hwk"
"""A passkey that can't leave its device."""
SOFTWARE_KEY = "swk"
"""A passkey that can be copied to other devices."""
SEVERAL = "mfa"
"""Two factors: two methods, or a passkey that has verified its user."""

ORDER = (PASSWORD, OTHER_PROVIDER, ONE_TIME_CODE, HARDWARE_KEY, SOFTWARE_KEY, SEVERAL)

ONE_FACTOR, TWO_FACTORS = "aal1", "aal2"
"""The values of ``acr``, named after the authenticator assurance levels of NIST SP 800-63B that they aim at."""


def joined(*methods: Iterable[str]) -> str:
    """Return the union of these methods as a session stores it."""
    known = {method for each in methods for method in each}
    return " ".join(method for method in ORDER if method in known)


def acr(methods: Iterable[str]) -> str:
    """Return the level of a session in which these methods were used."""
    return TWO_FACTORS if SEVERAL in methods else ONE_FACTOR
