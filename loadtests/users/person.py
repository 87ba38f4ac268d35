"""The base of all simulated users: a demo account, and a client that names the public host."""

import random
from typing import Any

from locust import FastHttpUser
from locust.exception import RescheduleTask

from loadtests.target import public_host

ACCOUNTS = (("alice", "alice123"), ("bob", "bob123"), ("admin", "admin123"))


class Person(FastHttpUser):
    """A client that signs in with one of the demo accounts."""

    abstract = True
    network_timeout = 30.0
    connection_timeout = 10.0
    sign_in_options: dict[str, Any] = {}

    def on_start(self) -> None:
        """Sign in before any other request."""
        self.sign_in()

    def sign_in(self, account: tuple[str, str] | None = None) -> dict[str, Any]:
        """Sign in, by default with any account, and return the response. The client keeps its cookies."""
        name, password = account or random.choice(ACCOUNTS)
        body = {"username": name, "password": password, **self.sign_in_options}
        answer = self.client.post(
            "/api/auth/login/", json=body, headers=self.headers(self.sign_in_headers()), name="sign in"
        )
        if answer.status_code != 200:
            raise RescheduleTask
        return dict(answer.json())

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """Return the public host, and ``more``."""
        return {"Host": public_host(self.host or ""), **(more or {})}

    def sign_in_headers(self) -> dict[str, str]:
        """Return the headers that a sign-in has in addition to the host."""
        return {}
