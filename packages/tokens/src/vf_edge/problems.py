"""Problem details (RFC 9457): the format of every error of the platform's APIs."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:vfservices:problem:"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem and what the user can do about it."""

    status: int
    code: str
    """Stable, for programs; documented in docs/headers.md."""
    detail: str
    """For users. Never contains data of the request."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Additional members, such as ``errors`` by field."""

    @property
    def title(self) -> str:
        """Return the status phrase."""
        return HTTPStatus(self.status).phrase

    def document(self, request_id: str) -> dict[str, Any]:
        """Return the members of the JSON body."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
            **self.extra,
        }

    def body(self, request_id: str) -> bytes:
        """Return the JSON body."""
        return json.dumps(self.document(request_id)).encode()
