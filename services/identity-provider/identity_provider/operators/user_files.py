"""Files with the users of another system: CSV, and dumps of a Django user table. Reading one changes nothing."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TextIO

from django.utils.dateparse import parse_datetime

COLUMNS = (
    "id",
    "username",
    "email",
    "password",
    "name",
    "locale",
    "time_zone",
    "roles",
    "is_active",
    "verified",
    "created_at",
)
REQUIRED = ("username", "email", "password")
_BASE32, _HEX = re.compile(r"[A-Z2-7]{16,128}=*"), re.compile(r"[0-9a-f]{32,160}")
TRUE, FALSE = ("1", "t", "true", "yes", "on"), ("0", "f", "false", "no", "off")


class InvalidUserFile(ValueError):
    """The file, or a row of it, can't be read. The message says where and why."""


@dataclass(frozen=True, slots=True)
class ImportedFactor:
    """An authenticator app, or a set of recovery codes."""

    kind: str
    """``totp`` or ``recovery_codes``."""
    secret: str = field(repr=False)
    used_mask: int = 0
    """The recovery codes that are used, as bits."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as the file describes it."""

    place: str
    """Where it stands in the file, for messages."""
    old_id: str
    username: str
    """Empty if users of the other system have only an email address."""
    email: str
    password: str
    """The encoded hash; empty if the user has no usable password."""
    name: str = ""
    locale: str = ""
    time_zone: str = ""
    roles: tuple[str, ...] = ()
    is_active: bool = True
    verified: bool = True
    """Whether the other system knew that the email address belongs to the user."""
    created_at: datetime | None = None
    was_superuser: bool = False
    factors: tuple[ImportedFactor, ...] = ()
    passkeys: int = 0


def read_csv(file: TextIO) -> Iterator[UserRow]:
    """Read a CSV file whose first line names the columns. Raises :class:`InvalidUserFile`."""
    reader = csv.DictReader(file, strict=True)
    names = reader.fieldnames or ()
    if unknown := sorted(set(names) - set(COLUMNS)):
        raise InvalidUserFile(f"The first line has unknown columns: {', '.join(unknown)}. Known: {', '.join(COLUMNS)}.")
    if missing := [name for name in REQUIRED if name not in names]:
        raise InvalidUserFile(
            f"The first line must name the columns {', '.join(REQUIRED)}; missing: {', '.join(missing)}."
        )
    try:
        for cells in reader:
            place = f"line {reader.line_num}"
            if None in cells or None in cells.values():
                raise InvalidUserFile(f"{place}: not as many fields as the first line has.")
            yield _of_csv(place, cells)
    except csv.Error as error:
        raise InvalidUserFile(f"after line {reader.line_num}: {error}.") from error


def read_dump(file: TextIO) -> Iterator[UserRow]:
    """Read what ``manage.py dumpdata`` writes, as JSON or JSON Lines. Raises :class:`InvalidUserFile`.

    Users are the objects with a password and a username or an email address, whatever their model is called. If the
    dump contains allauth's ``account.emailaddress``, the primary address and its verification are read from there, and
    second factors from ``mfa.authenticator``.
    """
    objects = _objects(file.read())
    addresses, factors = _primary_addresses(objects), _factors(objects)
    found = False
    for number, each in enumerate(objects, start=1):
        fields = each["fields"]
        if "password" in fields and ("username" in fields or "email" in fields):
            found = True
            row = _of_dump(f"object {number}", str(each.get("pk", "")), fields, addresses)
            own = factors.get(row.old_id, [])
            readable = tuple(factor for factor in own if factor is not None)
            yield replace(row, factors=readable, passkeys=len(own) - len(readable))
    if not found:
        raise InvalidUserFile("There is no object with a username and a password. Dump the user model, e.g. auth.user.")


def _objects(text: str) -> list[dict[str, Any]]:
    try:
        objects = (
            json.loads(text)
            if text.lstrip().startswith("[")
            else [json.loads(line) for line in text.splitlines() if line.strip()]
        )
    except (ValueError, RecursionError) as error:
        raise InvalidUserFile(f"This is neither JSON nor JSON Lines: {error}.") from error
    for number, each in enumerate(objects, start=1):
        if not isinstance(each, dict) or not isinstance(each.get("fields"), dict):
            raise InvalidUserFile(f"object {number}: it has no fields. Write the file with manage.py dumpdata.")
    return list(objects)


def _primary_addresses(objects: list[dict[str, Any]]) -> dict[str, tuple[str, bool]] | None:
    rows = [each["fields"] for each in objects if each.get("model") == "account.emailaddress"]
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: bool(row.get("primary")))
    return {str(row.get("user")): (str(row.get("email", "")), bool(row.get("verified"))) for row in ordered}


def _factors(objects: list[dict[str, Any]]) -> dict[str, list[ImportedFactor | None]]:
    """Return the factors of each user; None for a passkey."""
    found: dict[str, list[ImportedFactor | None]] = {}
    for number, each in enumerate(objects, start=1):
        if each.get("model") == "mfa.authenticator":
            factor = _factor(f"object {number}", each["fields"])
            others = found.get(str(each["fields"].get("user")), [])
            if factor and any(other and other.kind == factor.kind for other in others):
                raise InvalidUserFile(f"object {number}: a second {factor.kind} of one user.")
            found.setdefault(str(each["fields"].get("user")), []).append(factor)
    return found


def _factor(place: str, fields: Mapping[str, Any]) -> ImportedFactor | None:
    data = fields.get("data")
    data = data if isinstance(data, dict) else {}
    kind, mask = str(fields.get("type")), data.get("used_mask", 0)
    if kind == "webauthn":
        return None
    pattern = {"totp": _BASE32, "recovery_codes": _HEX}.get(kind)
    secret = data.get("secret" if kind == "totp" else "seed")
    if pattern is None or not isinstance(secret, str) or not pattern.fullmatch(secret) or not isinstance(mask, int):
        raise InvalidUserFile(
            f"{place}: this second factor can't be read, because its secret is encrypted or of another kind. "
            "Dump the users without mfa.authenticator; they set up a second factor again."
        )
    return ImportedFactor(kind, secret, mask)


def _of_csv(place: str, cells: Mapping[str, str]) -> UserRow:
    def flag(name: str) -> bool:
        text = (cells.get(name) or "true").strip().lower()
        if text not in TRUE + FALSE:
            raise InvalidUserFile(f"{place}: {name} is {text!r}; it must be true or false.")
        return text in TRUE

    return UserRow(
        place=place,
        old_id=cells.get("id", ""),
        username=cells["username"],
        email=cells["email"],
        password=cells["password"],
        name=cells.get("name", ""),
        locale=cells.get("locale", ""),
        time_zone=cells.get("time_zone", ""),
        roles=tuple(cells.get("roles", "").split()),
        is_active=flag("is_active"),
        verified=flag("verified"),
        created_at=_time(place, "created_at", cells.get("created_at", "")),
    )


def _of_dump(
    place: str, old_id: str, fields: Mapping[str, Any], addresses: dict[str, tuple[str, bool]] | None
) -> UserRow:
    email, verified = str(fields.get("email") or ""), True
    if addresses is not None:
        email, verified = addresses.get(old_id, (email, False))
    name = fields.get("name") or f"{fields.get('first_name') or ''} {fields.get('last_name') or ''}"
    return UserRow(
        place=place,
        old_id=old_id,
        username=str(fields.get("username") or ""),
        email=email,
        password=str(fields["password"] or ""),
        name=str(name).strip(),
        is_active=bool(fields.get("is_active", True)),
        verified=verified,
        created_at=_time(place, "date_joined", str(fields.get("date_joined") or "")),
        was_superuser=bool(fields.get("is_superuser")),
    )


def _time(place: str, name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        time = parse_datetime(text)
    except ValueError:
        time = None
    if time is None:
        raise InvalidUserFile(f"{place}: {name} is {text!r}; it must be a time such as 2024-05-31T12:00:00Z.")
    return time if time.tzinfo else time.replace(tzinfo=UTC)
