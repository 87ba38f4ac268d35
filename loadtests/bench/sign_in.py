"""Sign-in and sign-out at the identity provider, by a program without a browser's cookies."""

import http.client
import json

from .errors import BenchmarkError
from .processes import LOOPBACK

_HEADERS = {"Host": "vfservices.localhost", "Content-Type": "application/json"}
_PERSON = {"username": "alice", "password": "alice123", "include_token": True}
"""A demo user of the local platform."""


class SignedIn:
    """One session of a demo user."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
        self._connection.request("POST", "/api/auth/login/", json.dumps(_PERSON), _HEADERS)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise BenchmarkError(f"the identity provider returned {answer.status} for a sign-in")
        pairs = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", [])]
        self._cookies = "; ".join(pairs)
        self.bearer = {"Authorization": f"Bearer {json.loads(body)['access_token']}"}

    def send_sign_out(self) -> None:
        """Send the request; :meth:`finish_sign_out` reads the response."""
        self._connection.request("POST", "/api/auth/logout/", "{}", {**_HEADERS, "Cookie": self._cookies})

    def finish_sign_out(self) -> None:
        """Read the response. Raises :class:`BenchmarkError` if it was not a success."""
        answer = self._connection.getresponse()
        answer.read()
        self._connection.close()
        if answer.status != 204:
            raise BenchmarkError(f"the identity provider returned {answer.status} for a sign-out")
