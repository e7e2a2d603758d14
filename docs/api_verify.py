"""Check that a webhook comes from Corridor (the scheme of standardwebhooks.com)."""

import base64
import hmac
import time


def is_genuine(headers, body: bytes, secret: str, tolerance: int = 300) -> bool:
    """Return whether a body was signed with your secret a short while ago. `headers`: a mapping."""
    message_id, moment = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(moment)) > tolerance:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message_id}.{moment}.".encode() + body, "sha256")
    wanted = f"v1,{base64.b64encode(signed).decode()}"
    return any(hmac.compare_digest(wanted, given) for given in headers["webhook-signature"].split())
