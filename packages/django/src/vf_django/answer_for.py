"""The header that tells a browser which user a response is for.

If someone signs in as another user in a second tab, the first tab's next responses belong to the new user. A page
compares this mark with its own, so that it never shows one user's data under another user's name.
"""

import hashlib

from django.http import HttpResponseBase

from .users import User

ANSWER_FOR = "X-Answer-For"


def mark_of(user: User) -> str:
    """Return the mark of a user, constant for that user; empty for anonymous requests.

    The mark is a digest, because an external issuer's user ID can be an email address or text that no header can carry.
    """
    return hashlib.sha256(user.id.encode()).hexdigest()[:32] if user.is_authenticated and user.id else ""


def name_recipient(response: HttpResponseBase, user: User) -> None:
    """Set the header, replacing the one on a cached response. Responses to anonymous requests have none."""
    mark = mark_of(user)
    if mark:
        response.headers[ANSWER_FOR] = mark
    else:
        response.headers.pop(ANSWER_FOR, None)
