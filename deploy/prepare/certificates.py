"""A local certificate authority and the certificate for HTTPS in development.

The authority is created once, so that it has to be added to a browser only once. Its name constraint limits it to this
platform's names: an attacker with its key can't impersonate other sites.
"""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

_RENEW_AFTER_SECONDS = 365 * 86400
"""The certificate is valid for 397 days."""


class Certificates:
    """Paths of the authority and the certificate. :meth:`create` creates what is missing or about to expire."""

    def __init__(self, state_dir: Path, base_domain: str) -> None:
        self.folder = state_dir / "tls"
        self.authority = self.folder / "ca.crt"
        self.certificate = self.folder / "server.crt"
        self.key = self.folder / "server.key"
        self._authority_key = self.folder / "ca.key"
        self._base_domain = base_domain
        self._stamp = self.folder / f"made-for-{base_domain}"

    def create(self) -> bool:
        """Create what is missing. Return True if anything was. Later starts read only one file's modification time."""
        if self._stamp.exists() and time.time() - self._stamp.stat().st_mtime < _RENEW_AFTER_SECONDS:
            return False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in self.folder.glob("made-for-*"):
            old.unlink()
        self._make()
        self._stamp.touch()
        return True

    def _make(self) -> None:
        from cryptography.hazmat.primitives import serialization  # slow to import; later starts don't need it
        from cryptography.hazmat.primitives.asymmetric import ec

        from .authority import key_pem, make_certificate

        authority, authority_key = self._load_authority() or self._make_authority()
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = make_certificate(self._base_domain, key.public_key(), authority, authority_key)
        _write(self.key, key_pem(key), mode=0o600)
        _write(self.certificate, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)

    def _load_authority(self) -> "tuple[Certificate, EllipticCurvePrivateKey] | None":
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        from .authority import vouches_for

        if not (self.authority.exists() and self._authority_key.exists()):
            return None
        authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
        key = serialization.load_pem_private_key(self._authority_key.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and vouches_for(authority, self._base_domain):
            return authority, key
        return None

    def _make_authority(self) -> "tuple[Certificate, EllipticCurvePrivateKey]":
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        from .authority import key_pem, make_authority

        key = ec.generate_private_key(ec.SECP256R1())
        authority = make_authority(self._base_domain, key)
        _write(self._authority_key, key_pem(key), mode=0o600)
        _write(self.authority, authority.public_bytes(serialization.Encoding.PEM), mode=0o644)
        return authority, key


def _write(path: Path, content: bytes, *, mode: int) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
