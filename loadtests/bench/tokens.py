"""Access tokens of many users, minted before a run with the platform's own rules."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from vf_tokens import AccessPolicy, Identity, SigningKey, access, signing_key_from_pem
from vf_tokens.compact import encode_segment

ISSUER = "https://vfservices.localhost"
LIFETIME_SECONDS = 3600
_BATCH = 2500

POLICY = AccessPolicy(ISSUER)


def identity(number: int) -> Identity:
    """Return user ``number``'s identity. IDs are as long as real ones."""
    return Identity(
        user_id=f"usr_{number:022d}",
        username=f"person{number}",
        email=f"person{number}@example.test",
        roles=("customer",),
        session_id=f"ses_{number:022d}",
    )


def now() -> int:
    """Return whole seconds since 1970."""
    return int(time.time())


def token_id(number: int) -> str:
    """Return the ``jti`` of user ``number``'s token."""
    return f"jti_{number:022d}"


def mint(key: SigningKey, number: int) -> str:
    """Mint an access token of user ``number``, valid for one hour from now."""
    return access.mint(
        key,
        POLICY,
        identity(number),
        token_id=token_id(number),
        issued_at=now(),
        lifetime=LIFETIME_SECONDS,
    )


def with_forged_signature(token: str) -> str:
    """The same token, signed by nobody: only the check of the signature shows it."""
    return f"{token.rpartition('.')[0]}.{encode_segment(secrets.token_bytes(64)).decode()}"


def write_people(path: Path, pem: bytes, count: int, progress: Callable[[str], None]) -> Path:
    """Write a file of ``count`` users, each with a token (see people.lua), minted on all cores."""
    batches = list(_batches(count))
    with ProcessPoolExecutor(os.cpu_count()) as pool, path.open("w", encoding="ascii") as file:
        minting = [pool.submit(_mint_batch, pem, first, size) for first, size in batches]
        for done, batch in enumerate(as_completed(minting), 1):
            file.writelines(f"Authorization: Bearer {token}\n" for token in batch.result())
            progress(f"minting tokens: {min(done * _BATCH, count):,} of {count:,}")
    return path


def _batches(count: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, _BATCH):
        yield first, min(_BATCH, count - first)


def _mint_batch(pem: bytes, first: int, size: int) -> list[str]:
    key = signing_key_from_pem(pem)
    return [mint(key, number) for number in range(first, first + size)]
