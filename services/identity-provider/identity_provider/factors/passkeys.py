"""Passkeys, verified by fido2 through ``allauth.mfa``.

fido2 accepts each origin whose host is within the relying party's domain. Here, only the origins of the platform's own
pages count: another product on a subdomain must not use its visitors' passkeys for this platform.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from fido2.webauthn import AuthenticatorData

from ..accounts.models import User
from ..configuration import current
from ..signin.authentication import HARDWARE_KEY, SEVERAL, SOFTWARE_KEY
from .errors import IncorrectPasskey

Result = TypeVar("Result")

MALFORMED = (
    *(ValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error),
    *(RecursionError, NotImplementedError),
)
"""What allauth and fido2 raise for a malformed or invalid response, which a client can send at will."""


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """A passkey whose signature was verified."""

    row: Authenticator
    data: AuthenticatorData

    @property
    def verified_user(self) -> bool:
        """Return True if the device has verified its user, for example by PIN or fingerprint."""
        return bool(self.data.is_user_verified())

    @property
    def signs_in(self) -> bool:
        """Return True if the passkey may replace the password, and has verified its user."""
        return self.verified_user and bool(self.row.data.get("signs_in"))

    @property
    def methods(self) -> tuple[str, str]:
        """Return the methods of a session in which it was used."""
        return _methods(self.data)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was verified and isn't stored yet."""

    credential: dict[str, Any]
    """What to store."""
    methods: tuple[str, str]
    """The methods of the session that adds it."""


def creation_options(user: User, *, signs_in: bool) -> dict[str, Any]:
    """Return the options for ``navigator.credentials.create()``, and keep the challenge in the request's state."""
    return _plain(auth.begin_registration(user, signs_in))


def verify_new(credential: Any, *, signs_in: bool) -> NewPasskey:
    """Verify a new passkey. Raises :class:`IncorrectPasskey`."""

    def verify() -> NewPasskey:
        _check_origin(auth.parse_registration_response(credential).response.client_data)
        created = auth.complete_registration(credential)
        if signs_in and not created.is_user_verified():
            raise ValueError("the device hasn't verified its user")
        return NewPasskey(_stored(credential), _methods(created))

    return _verified(verify)


def request_options(user: User | None) -> dict[str, Any]:
    """Return the options for ``navigator.credentials.get()``, and keep the challenge. None: for any user's passkey."""
    return _plain(auth.begin_authentication(user))


def use(credential: Any, user: User | None) -> UsedPasskey:
    """Verify a response to the kept challenge, which is valid once. Raises :class:`IncorrectPasskey`.

    Without ``user``, the response names the account. The caller records the use, which locks the passkey's row.
    """

    def verify() -> UsedPasskey:
        response = auth.parse_authentication_response(credential).response
        _check_origin(response.client_data)
        owner = user or auth.extract_user_from_response(credential)
        return UsedPasskey(auth.complete_authentication(owner, credential), response.authenticator_data)

    return _verified(verify)


def _methods(data: AuthenticatorData) -> tuple[str, str]:
    return (SOFTWARE_KEY if data.is_backup_eligible() else HARDWARE_KEY, SEVERAL)


def _verified(verify: Callable[[], Result]) -> Result:
    try:
        return verify()
    except MALFORMED as error:
        raise IncorrectPasskey from error


def _check_origin(client_data: Any) -> None:
    if client_data.origin not in current().passkey_origins or client_data.cross_origin:
        raise ValueError("the response is from another origin")


def _stored(credential: Any) -> dict[str, Any]:
    """Return the members that allauth reads: a client could add any others."""
    response = credential["response"]
    return {
        "id": credential["id"],
        "rawId": credential["rawId"],
        "type": credential["type"],
        "response": {name: response[name] for name in ("clientDataJSON", "attestationObject")},
    }


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as JSON has them."""
    plain: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return plain
