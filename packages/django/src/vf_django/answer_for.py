"""Whom an answer is for, told to the browser that gets it.

A person signs in as another one in a second tab, and the first tab goes on: its next answers are the other one's. A
page compares this mark with its own, and shows nothing under a name that it does not belong to.
"""

import hashlib

from django.http import HttpResponseBase

from .users import User

ANSWER_FOR = "X-Answer-For"


def mark_of(user: User) -> str:
    """The same for each answer to a user; empty for nobody.

    A digest, since an id of an external issuer can be an e-mail address, or be text that fits no header.
    """
    return hashlib.sha256(user.id.encode()).hexdigest()[:32] if user.is_authenticated and user.id else ""


def name_recipient(response: HttpResponseBase, user: User) -> None:
    """Set the header, also in place of the one on an answer that a cache kept; an answer to nobody has none."""
    mark = mark_of(user)
    if mark:
        response.headers[ANSWER_FOR] = mark
    else:
        response.headers.pop(ANSWER_FOR, None)
