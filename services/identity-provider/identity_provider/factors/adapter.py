"""What ``allauth.mfa`` asks of a project."""

from allauth.mfa.adapter import DefaultMFAAdapter

from ..configuration import current
from . import encryption


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """``MFA_ADAPTER``."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database."""
        return encryption.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return the name of this platform in authenticator apps. Never the request's ``Host``."""
        return current().base_domain

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party of passkeys. Never the request's ``Host``: passkeys would work on one host only."""
        return {"id": current().relying_party_id, "name": current().base_domain}
