"""A program with an access token: ``Authorization: Bearer``, no cookies."""

import random

from locust import between, task

from .credentials import access_token
from .person import ACCOUNTS, Person

_PATHS = {
    "/api/profile/": 2,
    "/api/billing/summary/": 4,
    "/api/billing/transactions/": 3,
    "/api/inventory/items/": 4,
    "/api/inventory/items/?search=a": 2,
}


class ApiUser(Person):
    """A client that calls the APIs faster than a browser would."""

    weight = 2
    wait_time = between(0.1, 0.6)

    def on_start(self) -> None:
        """Exchange a personal access token for an access token."""
        token = access_token(self, random.randrange(len(ACCOUNTS)))
        self._bearer = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    @task(12)
    def read(self) -> None:
        """Read from one of the APIs. After five minutes the token expires, and the client gets a new one."""
        path = random.choices(list(_PATHS), list(_PATHS.values()))[0]
        with self.client.get(path, headers=self.headers(self._bearer), catch_response=True) as answer:
            if answer.status_code == 401 and (answer.json() or {}).get("code") == "token_expired":
                answer.success()
                self.on_start()

    @task(1)
    def wrong_token(self) -> None:
        """Send an invalid token, which must be rejected."""
        headers = self.headers({"Authorization": "Bearer not.a.token"})
        with self.client.get("/api/profile/", headers=headers, name="wrong token", catch_response=True) as answer:
            if answer.status_code == 401:
                answer.success()
            else:
                answer.failure(f"a wrong token was answered with {answer.status_code}")
