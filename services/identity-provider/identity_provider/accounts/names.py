"""Equality of usernames and of email addresses, used for creation, lookup, constraints and limits."""

import itertools
from collections.abc import Callable
from typing import NamedTuple

from vf_service.folding import fold

MAX_USERNAME = 150
MAX_EMAIL = 254
MAX_KEY = 512
"""Characters. A folded text can be longer than the text: ``ﬃ`` is three letters, and a domain can grow in its ASCII
form. PostgreSQL indexes at most 2,704 bytes, which 512 characters never exceed.
"""


class SignInName(NamedTuple):
    """The name that a user typed, in its canonical form."""

    field: str
    """The column: ``username_key`` or ``email_key``."""
    key: str


def username_key(username: str) -> str:
    """Return the canonical form of a username: NFKC, without letter case."""
    return fold(username)


def email_key(email: str) -> str:
    """Return the canonical form of an email address: the local part folded, the domain also in ASCII (IDNA).

    Mail servers may distinguish ``Ann@`` and ``ann@``. In practice none does, and two accounts that differ only in
    letter case could be confused.
    """
    local, at, domain = fold(email).rpartition("@")
    return f"{local}{at}{_ascii(domain)}"


def sign_in_name(typed: str) -> SignInName:
    """Return the account name that ``typed`` means. A username has no ``@``, in any of its forms."""
    return SignInName("email_key", email_key(typed)) if "@" in fold(typed) else SignInName("username_key", fold(typed))


def suggest_username(*wanted: str, is_used: Callable[[str], bool]) -> str:
    """Return the first of ``wanted`` that can be a username, without characters that can't, and with a number if it is
    in use.
    """
    cleaned = ("".join(each for each in name if each.isprintable() and each != "@").strip() for name in wanted)
    base = next((name[: MAX_USERNAME - 8] for name in cleaned if fold(name)), "user")
    candidates = (base if number == 1 else f"{base}-{number}" for number in itertools.count(1))
    return next(name for name in candidates if not is_used(name))


def _ascii(domain: str) -> str:
    """Return a domain in its ASCII form: ``münchen.example`` is ``xn--mnchen-3ya.example``. Anything else stays
    unchanged.

    The ASCII form is decoded first and then folded: IDNA 2008 encodes ``ß``, which IDNA 2003 and the fold spell ``ss``.
    """
    if len(domain) > MAX_EMAIL or (domain.isascii() and "xn--" not in domain):
        return domain
    try:
        labels = [_decoded(label) for label in domain.split(".")]
        return fold(".".join(labels)).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain


def _decoded(label: str) -> str:
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
