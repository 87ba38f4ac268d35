"""Fake API responses for a page's scripts, and a record of the requests."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Request, Route

PROFILE = {
    "id": "usr_1",
    "username": "alice",
    "email": "alice@example.test",
    "roles": ["customer"],
    "name": "",
    "locale": "en",
    "time_zone": "",
    "factor_required": False,
    "timestamp": "2026-11-22T18:00:00Z",
}
SUMMARY = {
    "user": "alice",
    "current_balance": "1284.50",
    "billing_cycle": "monthly",
    "next_billing_date": "2026-12-01",
    "timestamp": "2026-11-22T18:00:00Z",
}
TRANSACTION = {
    "id": 7,
    "amount": "-49.00",
    "description": "Team plan",
    "date": "2026-11-20T10:00:00Z",
    "status": "completed",
}
ITEM = {
    "id": 3,
    "sku": "CAB-3",
    "name": "Patch cable",
    "description": "Two metres.",
    "category": "cables",
    "price": "4.50",
    "quantity": 3,
}
PASSKEY = {
    "id": "5",
    "name": "Laptop",
    "created_at": "2026-11-20T10:00:00Z",
    "last_used_at": None,
    "signs_in": True,
}
CONNECTION = {"id": "acme", "name": "Acme", "connected_at": "2026-01-02T03:04:05Z", "email": "alice@acme.example"}
FACTORS = {
    "totp": {"created_at": "2026-11-20T10:00:00Z", "last_used_at": "2026-11-21T10:00:00Z"},
    "recovery_codes": {"left": 9, "created_at": "2026-11-20T10:00:00Z"},
    "passkeys": [PASSKEY],
    "required": False,
}
SESSION = {
    "id": "ses_1",
    "created_at": "2026-11-20T10:00:00Z",
    "last_used_at": "2026-11-21T10:00:00Z",
    "expires_at": "2026-12-21T10:00:00Z",
    "remember_me": False,
    "network": "192.0.2.7",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
    "current": False,
}
EVENT = {
    "id": "1",
    "at": "2026-11-21T10:00:00Z",
    "kind": "signed_in",
    "succeeded": True,
    "by_you": True,
    "network": "192.0.2.7",
    "user_agent": SESSION["user_agent"],
    "session_id": "ses_1",
    "current_session": False,
    "request_id": "r-1",
    "reason": "",
}
TOKEN = {
    "id": "gnt_1",
    "name": "Laptop",
    "scopes": ["customer"],
    "hint": "vfp_abcd",
    "created_at": "2026-11-20T10:00:00Z",
    "expires_at": "2027-02-20T10:00:00Z",
    "last_used_at": None,
}


USER = {
    "id": "usr_1",
    "username": "alice",
    "email": "alice@example.test",
    "roles": ["customer"],
    "is_active": True,
    "created_at": "2026-11-20T10:00:00Z",
}
OVERVIEW = {
    "user": USER,
    "sessions": 1,
    "personal_access_tokens": 1,
    "factors": ["totp", "recovery_code"],
    "last_sign_in_at": "2026-11-21T10:00:00Z",
}
ROLES = [
    {"name": "customer", "description": "A customer of the shop", "permits": []},
    {"name": "operator", "description": "Runs the platform", "permits": ["Read events"]},
]
STORED_EVENT = {
    "id": 5,
    "at": "2026-11-21T10:00:00Z",
    "kind": "roles_changed",
    "succeeded": True,
    "user_id": "usr_1",
    "actor": "usr_olga",
    "network": "192.0.2.7",
    "user_agent": SESSION["user_agent"],
    "session_id": "",
    "request_id": "r-5",
    "reason": "",
    "details": {"roles": ["customer"]},
}
SERVICE_ACCOUNT = {
    "id": "svc_1",
    "name": "reports",
    "roles": ["customer"],
    "is_active": True,
    "created_at": "2026-11-20T10:00:00Z",
    "secrets": [
        {
            "id": "gnt_2",
            "hint": "vfs_abcd",
            "created_at": "2026-11-20T10:00:00Z",
            "expires_at": None,
            "last_used_at": "2026-11-21T10:00:00Z",
        }
    ],
}


def listed(*results: dict[str, Any], count: int | None = None) -> dict[str, Any]:
    return {"count": len(results) if count is None else count, "next": None, "previous": None, "results": results}


Answer = Callable[[Request], tuple[int, Any]]


class Api:
    """The fake APIs. Every call succeeds by default; ``answer`` changes one path."""

    def __init__(self, context: BrowserContext) -> None:
        self.calls: list[tuple[str, str]] = []
        self._answers: dict[str, Answer] = {}
        self.headers: dict[str, str] = {}
        for path, body in {
            "/api/profile/": PROFILE,
            "/api/billing/summary/": SUMMARY,
            "/api/billing/transactions/": listed(TRANSACTION),
            "/api/inventory/items/": listed(ITEM),
            "/api/inventory/items/3/": ITEM,
            "/api/auth/account/email/": {"email": "alice@example.test", "pending": None},
            "/api/auth/account/factors/": FACTORS,
            "/api/auth/account/providers/": [CONNECTION],
            "/api/auth/sessions/": [{**SESSION, "current": True}, SESSION],
            "/api/auth/events/": listed(EVENT),
            "/api/auth/tokens/": [TOKEN],
            "/api/auth/users/": listed(USER),
            "/api/auth/users/usr_1/": OVERVIEW,
            "/api/auth/users/usr_1/sessions/": [{**SESSION, "by_operator": False}],
            "/api/auth/users/usr_1/tokens/": [TOKEN],
            "/api/auth/roles/": ROLES,
            "/api/auth/audit/": listed(STORED_EVENT),
            "/api/auth/audit/kinds/": ["roles_changed", "sign_in_failed", "signed_in"],
            "/api/auth/service-accounts/": listed(SERVICE_ACCOUNT),
            "/api/auth/providers/": [],
            "/api/auth/flow/passkey/options/": {"publicKey": {"challenge": "AAAA", "rpId": "vfservices.localhost"}},
            "/api/auth/login/": PROFILE,
            "/api/auth/refresh/": {},
            "/api/auth/logout/": None,
            "/api/auth/continue/": None,
        }.items():
            self.answer(path, 200, body)
        context.route("**/api/**", self._handle)

    def answer(self, path: str, status: int, body: Any = None, **members: Any) -> None:
        """Return this response every time; ``members`` make it a problem."""
        document = {"status": status, **members} if members else body
        self._answers[path] = lambda request: (status, document)

    def decide(self, path: str, answer: Answer) -> None:
        """Let a function compute the response from the request."""
        self._answers[path] = answer

    def count(self, path: str) -> int:
        return sum(called == path for _, called in self.calls)

    def _handle(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        self.calls.append((request.method, path))
        headers = self.headers  # of the user who sends the request, whoever is signed in after it
        status, body = self._answers[path](request)
        if status == 0:
            route.abort()
        elif body is None:
            route.fulfill(status=status, body="", headers=headers)
        elif isinstance(body, str):
            route.fulfill(status=status, body=body, content_type="text/plain", headers=headers)
        else:
            route.fulfill(status=status, json=body, headers=headers)


def query_of(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
