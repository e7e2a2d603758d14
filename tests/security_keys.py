"""A security key made of software: what a browser would send of it."""

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG
FINGER = FLAG.UP | FLAG.UV


@dataclass
class SecurityKey:
    """Answers the options of a page. Without `FLAG.UV` no one gave a PIN or a finger, only a touch."""

    origin: str = "https://testserver"
    number: bytes = b"key-0001"
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any], flags: FLAG = FINGER) -> str:
        """Return a new credential."""
        public = options["publicKey"]
        made = AttestedCredentialData.create(
            b"\0" * 16, self.number, ES256.from_cryptography_key(self.private.public_key())
        )
        data = AuthenticatorData.create(sha256(public["rp"]["id"].encode()), flags | FLAG.AT, 0, made)
        said = CollectedClientData.create("webauthn.create", public["challenge"], self.origin)
        answer = {"attestationObject": bytes(AttestationObject.create("none", data, {}))}
        return self._sent({"clientDataJSON": bytes(said), **answer}, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any], *, user: str = "", flags: FLAG = FINGER) -> str:
        """Return the proof that whoever sends it has the key; `user` is what a passkey says of its owner."""
        public = options["publicKey"]
        data = AuthenticatorData.create(sha256(public["rpId"].encode()), flags, 0)
        said = CollectedClientData.create("webauthn.get", public["challenge"], self.origin)
        signature = self.private.sign(bytes(data) + said.hash, ec.ECDSA(hashes.SHA256()))
        answer = {"authenticatorData": bytes(data), "signature": signature, "userHandle": user.encode()}
        return self._sent({"clientDataJSON": bytes(said), **answer}, {})

    def _sent(self, response: dict[str, bytes], extensions: dict[str, Any]) -> str:
        written = {name: websafe_encode(value) for name, value in response.items()}
        identity = websafe_encode(self.number)
        return json.dumps(
            {
                "id": identity,
                "rawId": identity,
                "type": "public-key",
                "response": written,
                "clientExtensionResults": extensions,
            }
        )
