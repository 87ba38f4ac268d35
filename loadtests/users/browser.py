"""A user with a browser: pages and the API calls of their scripts, with cookies."""

from typing import Any
from urllib.parse import urlsplit

from gevent.pool import Group
from locust import between, task

from loadtests.target import public_host

from .person import Person

_PAGE = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
_SCRIPT = {"Accept": "application/json", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
_PROFILE = "/api/profile/"
_SUMMARY = "/api/billing/summary/"
_TRANSACTIONS = "/api/billing/transactions/?page_size=5"
_LOW_STOCK = "/api/inventory/items/?ordering=quantity&page_size=5"


class BrowserUser(Person):
    """A client that opens pages with the API calls of their scripts, and sometimes refreshes the session, or signs out
    and in.
    """

    weight = 3
    wait_time = between(0.5, 2.5)
    sign_in_options = {"remember_me": True}

    def sign_in_headers(self) -> dict[str, str]:
        """Return the headers that a script on the platform's page sends."""
        host = self.host or ""
        return {**_SCRIPT, "Origin": f"{urlsplit(host).scheme}://{public_host(host)}"}

    @task(6)
    def dashboard(self) -> None:
        """Open the page with four panels."""
        self._open("/dashboard/", _PROFILE, _SUMMARY, _TRANSACTIONS, _LOW_STOCK)

    @task(3)
    def profile(self) -> None:
        """Open the profile."""
        self._open("/accounts/profile/", _PROFILE)

    @task(3)
    def billing(self) -> None:
        """Open the balance and the first page of transactions."""
        self._open("/billing/", _SUMMARY, "/api/billing/transactions/")

    @task(3)
    def inventory(self) -> None:
        """Open the first page of items, then search."""
        self._open("/inventory/", "/api/inventory/items/")
        self._call("/api/inventory/items/?search=a", name="/api/inventory/items/?search=[]")

    @task(1)
    def home(self) -> None:
        """Open the public home page."""
        self._open("/")

    @task(1)
    def refresh(self) -> None:
        """Refresh, as the script does when the access token has expired."""
        self._post("/api/auth/refresh/", "refresh")

    @task(1)
    def sign_out_and_in(self) -> None:
        """End the session and start another."""
        self._post("/api/auth/logout/", "sign out")
        self.sign_in()

    def _open(self, page: str, *calls: str) -> None:
        """Open a page, then send its script's calls in parallel."""
        self.client.get(page, headers=self.headers(_PAGE), name=page)
        group = Group()
        for call in calls:
            group.spawn(self._call, call)
        group.join()

    def _call(self, path: str, name: str | None = None) -> Any:
        return self.client.get(path, headers=self.headers(_SCRIPT), name=name or path)

    def _post(self, path: str, name: str) -> None:
        self.client.post(path, json={}, headers=self.headers(self.sign_in_headers()), name=name)
