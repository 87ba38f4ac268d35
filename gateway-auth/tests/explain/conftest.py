"""Tokens, their issuer's key set in a file, and a way to run the command as a person does."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway_auth.__main__ import main
from vf_tokens import AccessPolicy, Identity, SigningKey, generate_pem, key_set_document, signing_key_from_pem
from vf_tokens.access import mint

NAMES = ("VF_JWT_ISSUER", "VF_JWT_AUDIENCE", "VF_JWT_SECRET", "VF_JWT_SECRET_FILE", "VF_JWKS_URL")
NOW = 1_800_000_000
ISSUER = "https://vfservices.localhost"
ALICE = Identity("u-1", "alice", "alice@example.test", ("customer",), "s-1")


@dataclass
class Issuer:
    """Mints, and publishes its key set in a file."""

    key: SigningKey
    jwks: Path

    def token(self, *, identity: Identity = ALICE, issued_at: int = NOW - 60, lifetime: int = 300) -> str:
        policy = AccessPolicy(ISSUER)
        return mint(self.key, policy, identity, token_id="t-1", issued_at=issued_at, lifetime=lifetime)

    def signed(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token with some claims changed (None removes one)."""
        payload = {
            "iss": ISSUER,
            "aud": "vf-services",
            "sub": "u-1",
            "username": "alice",
            "email": "alice@example.test",
            "roles": ["customer"],
            "sid": "s-1",
            "jti": "t-1",
            "iat": NOW - 60,
            "exp": NOW + 240,
            "use": "access",
        } | claims
        kept = {name: value for name, value in payload.items() if value is not None}
        return self.key.sign({"typ": "at+jwt", **(header or {})}, kept)


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    key = signing_key_from_pem(generate_pem())
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(key_set_document([key])))
    return Issuer(key, jwks)


@dataclass
class Run:
    """One run of the command."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)

    def failed_step(self) -> str | None:
        failed = [step["step"] for step in self.document["steps"] if step["outcome"] == "failed"]
        assert len(failed) <= 1
        return failed[0] if failed else None


class Command:
    """``gateway-auth explain`` with its standard input."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, issuer: Issuer) -> None:
        self._capsys, self._monkeypatch, self._issuer = capsys, monkeypatch, issuer

    def __call__(self, *arguments: str, stdin: str | bytes = b"", offline: bool = True, jwks: bool = True) -> Run:
        text = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        keys = ["--jwks", str(self._issuer.jwks)] if jwks else []
        fixed = [*keys, "--now", str(NOW), *(["--offline"] if offline else [])]
        status = main(["explain", *fixed, *arguments])
        captured = self._capsys.readouterr()
        return Run(status, captured.out, captured.err)


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, issuer: Issuer) -> Command:
    for name in (*NAMES, "VF_ISSUERS_FILE", "VF_ASSERTION_KEY", "VF_ASSERTION_KEY_FILE", "VF_REDIS_URL", "BASE_DOMAIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    return Command(capsys, monkeypatch, issuer)
