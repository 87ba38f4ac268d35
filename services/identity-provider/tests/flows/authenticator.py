"""A software authenticator, from fido2's own classes: what a browser and a security key answer together."""

import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN, RP_ID = "https://vfservices.localhost:8443", "vfservices.localhost"
FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """One passkey. Each attribute can be wrong, for the tests of attacks."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    verifies: bool = True
    """True if the device asks for a PIN or fingerprint."""
    synced: bool = False
    cross_origin: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def create(self, options):
        """Answer ``navigator.credentials.create()``."""
        options = options["publicKey"]
        assert (self.rp_id != RP_ID) or options["rp"]["id"] == RP_ID
        self.handle = options["user"]["id"]
        data = AuthenticatorData.create(
            sha256(self.rp_id.encode()),
            self._flags() | FLAG.AT,
            0,
            AttestedCredentialData.create(
                Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
            ),
        )
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options).b64,
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._credential(response)

    def get(self, options, *, handle=None):
        """Answer ``navigator.credentials.get()``."""
        options = options["publicKey"]
        client_data = self._client_data("webauthn.get", options)
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), self._flags(), 1)
        response = {
            "clientDataJSON": client_data.b64,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(data + client_data.hash, ec.ECDSA(SHA256()))),
            "userHandle": self.handle if handle is None else handle,
        }
        return self._credential(response)

    def _flags(self):
        verified = FLAG.UV if self.verifies else FLAG(0)
        return FLAG.UP | verified | (FLAG.BE if self.synced else FLAG(0))

    def _client_data(self, kind, options):
        challenge = websafe_decode(options["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin, self.cross_origin)

    def _credential(self, response):
        named = websafe_encode(self.credential_id)
        answer = {"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.loads(json.dumps(answer))
