"""An HTTP client for the public entry point, like curl or a script.

Python does not resolve ``*.localhost``, so the client connects to loopback and sets the host itself.
"""

from typing import Any

import httpx

from runner import Settings

DEMO_PASSWORDS = {"admin": "admin123", "alice": "alice123", "bob": "bob123"}


class EdgeClient(httpx.Client):
    """A client that keeps cookies and does not follow redirects."""

    def __init__(self, settings: Settings, *, subdomain: str = "", secure: bool = False, **options: Any) -> None:
        self.origin = settings.public_url("", subdomain=subdomain, secure=secure)
        scheme, _, host = self.origin.partition("://")
        port = host.rpartition(":")[2]
        super().__init__(base_url=f"{scheme}://127.0.0.1:{port}", headers={"Host": host}, timeout=20, **options)

    def sign_in(self, name: str, **more: Any) -> httpx.Response:
        """Sign in as a demo user and keep the response's cookies."""
        credentials = {"username": name, "password": DEMO_PASSWORDS[name], **more}
        answer = self.post("/api/auth/login/", json=credentials)
        assert answer.status_code == 200, answer.text
        return answer

    def copy_cookies_to(self, other: "EdgeClient") -> None:
        """Copy the cookies, as a thief or another tab has them."""
        other.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
