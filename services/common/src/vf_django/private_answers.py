"""What a person is answered is for that person: no cache keeps it, unless the view says otherwise.

Without ``Cache-Control`` a cache chooses for how long it keeps a 200 (RFC 9111 §4.2.2), and a cookie is no part of
its key: the next person would read this one's answer. Services see no cookie either, so no ``Vary`` can say it.
"""

from django.http import HttpResponseBase

from .users import User

FOR_NO_CACHE = "no-store, private"
"""Both words: Django's own cache middleware looks at the second only."""


def kept_private(response: HttpResponseBase, user: User) -> HttpResponseBase:
    """``response``, marked if it was made for somebody."""
    if user.is_authenticated:
        response.headers.setdefault("Cache-Control", FOR_NO_CACHE)
    return response
