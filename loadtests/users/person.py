"""What every simulated person has: a demo account, and a client that names the public host."""

import os
import random
from typing import Any

from locust import FastHttpUser
from locust.exception import RescheduleTask

PUBLIC_HOST = os.environ.get("LOAD_PUBLIC_HOST", "vfservices.localhost:8000")
"""``*.localhost`` does not resolve in Python: requests go to a loopback address and name this host."""

ACCOUNTS = (("alice", "alice123"), ("bob", "bob123"), ("admin", "admin123"))


class Person(FastHttpUser):
    """Signs in with one of the demo accounts."""

    abstract = True
    network_timeout = 30.0
    connection_timeout = 10.0
    sign_in_headers: dict[str, str] = {}
    sign_in_options: dict[str, Any] = {}

    def on_start(self) -> None:
        """Every person signs in before anything else."""
        self.sign_in()

    def sign_in(self) -> dict[str, Any]:
        """The answer to the sign-in; the client keeps its cookies."""
        name, password = random.choice(ACCOUNTS)
        body = {"username": name, "password": password, **self.sign_in_options}
        answer = self.client.post(
            "/api/auth/login/", json=body, headers=self.headers(self.sign_in_headers), name="sign in"
        )
        if answer.status_code != 200:
            raise RescheduleTask
        return dict(answer.json())

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """The public host, and ``more``."""
        return {"Host": PUBLIC_HOST, **(more or {})}
