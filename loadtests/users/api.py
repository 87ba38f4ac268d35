"""A program with a token: ``Authorization: Bearer``, no cookies."""

import random

from locust import between, task

from .person import Person

_PATHS = {
    "/api/profile/": 2,
    "/api/billing/summary/": 4,
    "/api/billing/transactions/": 3,
    "/api/inventory/items/": 4,
    "/api/inventory/items/?search=a": 2,
}


class ApiUser(Person):
    """Asks the APIs faster than a person would."""

    weight = 2
    wait_time = between(0.1, 0.6)
    sign_in_options = {"include_token": True}

    def on_start(self) -> None:
        """Sign in, keep the token and forget the cookies."""
        token = self.sign_in()["access_token"]
        self.client.cookiejar.clear()
        self._bearer = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    @task(12)
    def read(self) -> None:
        """One of the APIs; after five minutes the token has expired and is asked for again."""
        path = random.choices(list(_PATHS), list(_PATHS.values()))[0]
        with self.client.get(path, headers=self.headers(self._bearer), catch_response=True) as answer:
            if answer.status_code == 401 and (answer.json() or {}).get("code") == "token_expired":
                answer.success()
                self.on_start()

    @task(1)
    def wrong_token(self) -> None:
        """A refusal is a part of the work, and must be one."""
        headers = self.headers({"Authorization": "Bearer not.a.token"})
        with self.client.get("/api/profile/", headers=headers, name="wrong token", catch_response=True) as answer:
            if answer.status_code == 401:
                answer.success()
            else:
                answer.failure(f"a wrong token was answered with {answer.status_code}")
