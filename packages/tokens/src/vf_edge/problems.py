"""Problem details (RFC 9457): the one shape of every error that the platform's APIs answer."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:vfservices:problem:"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong and what a person can do about it."""

    status: int
    code: str
    """Stable and for machines; documented in docs/headers.md."""
    detail: str
    """For a person. Never holds anything of the request."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Further members, such as ``errors`` by field."""

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    def document(self, request_id: str) -> dict[str, Any]:
        """The members of the JSON body."""
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
        """The JSON body as bytes."""
        return json.dumps(self.document(request_id)).encode()
