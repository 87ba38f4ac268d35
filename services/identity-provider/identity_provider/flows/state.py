"""``SESSION_ENGINE``: the state of flows in the database, in two kinds that a client can't exchange.

A session ID (``sid``) is not secret: access tokens, the list of sessions and logs contain it. So the state of a session
is found only through an identity that the gateway has verified, never through a value that a client sends. The key of a
flow is 256 random bits in a cookie. The database stores its digest, and the data encrypted with a key derived from it:
a copy of the database contains no usable code.
"""

import base64
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from ..signin.models import Session
from .models import FlowState

FLOW_LASTS = timedelta(minutes=15)
SESSION_STATE_LASTS = timedelta(days=1)


class SessionStore(SessionBase):
    """The state of a flow. With ``lock``, its row is locked until the transaction ends.

    Without the lock, concurrent guesses at one code would all read the same number of failures.
    """

    lasts = FLOW_LASTS

    def __init__(self, session_key: str | None = None, *, lock: bool = False) -> None:
        super().__init__(session_key)
        self._lock = lock

    def row_key(self) -> str:
        """Return the primary key of the row."""
        return "flow:" + hashlib.sha256((self.session_key or "").encode()).hexdigest()

    def load(self) -> dict[str, Any]:
        """Return the data; empty if the flow is unknown or has expired."""
        rows = FlowState.objects.select_for_update() if self._lock else FlowState.objects
        row = rows.filter(pk=self.row_key(), expires_at__gt=datetime.now(UTC)).first()
        if row is None:
            self._forget()
            return {}
        return self.decode(row.data)

    def is_empty(self) -> bool:
        """Return True if the flow is unknown, has expired or has no data."""
        return not self._get_session()  # type: ignore[attr-defined]

    def exists(self, session_key: str) -> bool:
        """Return True if there is such a flow."""
        return FlowState.objects.filter(pk=type(self)(session_key).row_key()).exists()

    def create(self) -> None:
        """Store a new flow under a new key."""
        self._session_cache = self._get_session()  # type: ignore[attr-defined]
        self._session_key = secrets.token_urlsafe(32)
        self.save(must_create=True)

    def save(self, must_create: bool = False) -> None:
        """Store the data. Raises ``UpdateError`` if another request has completed the flow."""
        if self.session_key is None:
            return self.create()
        values = {"data": self.encode(self._get_session()), "expires_at": datetime.now(UTC) + self.lasts}  # type: ignore[attr-defined]
        if must_create:
            self._insert(values)
        elif not FlowState.objects.filter(pk=self.row_key()).update(**values):
            self._missing(values)
        return None

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row."""
        if self.session_key is not None:
            FlowState.objects.filter(pk=self.row_key()).delete()

    @staticmethod
    def delete_expired(*, now: datetime) -> None:
        """Delete expired rows."""
        FlowState.objects.filter(expires_at__lte=now).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Encrypt the data."""
        return Fernet(self._cipher_key()).encrypt(json.dumps(session_dict).encode()).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Decrypt the data; empty if it was encrypted with another key."""
        try:
            return dict(json.loads(Fernet(self._cipher_key()).decrypt(session_data)))
        except InvalidToken:
            return {}

    def _cipher_key(self) -> bytes:
        material = f"flow data\0{self.session_key}".encode()
        return base64.urlsafe_b64encode(hashlib.sha256(material).digest())

    def _insert(self, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                FlowState.objects.create(pk=self.row_key(), **values)
        except IntegrityError as error:
            raise CreateError from error

    def _missing(self, values: dict[str, Any]) -> None:
        raise UpdateError

    def _forget(self) -> None:
        self._session_key = None


class SignedInState(SessionStore):
    """The state of account management in one session. Ends with the session.

    The caller locks the session's row, because this row may not exist yet.
    """

    lasts = SESSION_STATE_LASTS

    @classmethod
    def of(cls, session: Session) -> "SignedInState":
        """Return the state of a session that the caller has verified."""
        return cls(f"sid:{session.pk}")

    @property
    def _session_id(self) -> str:
        return str(self.session_key).removeprefix("sid:")

    def row_key(self) -> str:
        """Return the primary key of the row."""
        return f"sid:{self._session_id}"

    def flush(self) -> None:
        """Delete the data. The key stays the session's."""
        self.delete()
        self._session_cache: dict[str, Any] = {}

    def cycle_key(self) -> None:
        """Do nothing: the key is the session's, so nobody can choose it in advance."""

    def _cipher_key(self) -> bytes:
        material = f"session data\0{self._session_id}\0{settings.SECRET_KEY}".encode()
        return base64.urlsafe_b64encode(hashlib.sha256(material).digest())

    def _missing(self, values: dict[str, Any]) -> None:
        self._insert({**values, "session_id": self._session_id})

    def _forget(self) -> None:
        """Keep the key: the row is created by the first change."""
