"""Where a page load without a valid token is sent, by layout (docs/architecture.md)."""

from dataclasses import dataclass
from urllib.parse import quote

from vf_edge.redirects import safe_next

from ..request.forwarded import ForwardedRequest

CONTINUE_PATH = "/api/auth/continue/"


@dataclass(frozen=True, slots=True)
class SignInAddress:
    """The identity provider's address that renews the cookies, or goes on to the sign-in page."""

    base_domain: str
    subdomains: bool
    ports: dict[str, int]
    """Public port by scheme."""

    def of(self, request: ForwardedRequest) -> str:
        """The address with ``next``; in one origin it stays on the host, whose cookies are its own."""
        if not self.subdomains:
            return f"{CONTINUE_PATH}?next={self._next(request.uri)}"
        target = self._next(f"{request.scheme}://{request.host}{request.uri}")
        port = self.ports[request.scheme]
        suffix = "" if port == {"http": 80, "https": 443}[request.scheme] else f":{port}"
        return f"{request.scheme}://{self.base_domain}{suffix}{CONTINUE_PATH}?next={target}"

    def _next(self, target: str) -> str:
        """``//evil.test/`` is a path to us and another host to a browser that is sent there."""
        return quote(safe_next(target, base_domain=self.base_domain), safe="")
