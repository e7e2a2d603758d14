"""The headers that protect whoever reads an answer."""

import re

from django.http import HttpResponse

SAME_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
SCRIPTS = re.compile(r"^'self'(?: 'nonce-[\w+/=-]{16,}')?$")


def policy(response: HttpResponse) -> dict[str, str]:
    """Return the directives of the answer's Content-Security-Policy."""
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: value for name, _space, value in (part.strip().partition(" ") for part in parts)}


def faults(response: HttpResponse) -> list[str]:
    """Return what is wrong with the answer's headers."""
    wrong = [name for name, value in SAME_EVERYWHERE.items() if response.headers.get(name) != value]
    kept, varies = response.headers.get("Cache-Control", ""), response.headers.get("Vary", "")
    is_picture = response.headers.get("Content-Type") == "image/webp"  # of a company: kept for one session
    if "no-store" not in kept and not (is_picture and "Cookie" in varies and kept == "private, max-age=300"):
        wrong.append("Cache-Control")
    directives = policy(response)
    scripts = directives.pop("script-src", "")
    if not SCRIPTS.match(scripts):
        wrong.append(f"script-src {scripts}")
    return wrong if directives == POLICY else [*wrong, f"policy {directives}"]


def cookie_faults(response: HttpResponse) -> list[str]:
    """Return the cookies that a script, another site, or whoever listens could take."""
    return [
        f"cookie {name}: {cookie}"
        for name, cookie in response.cookies.items()
        if cookie.value
        and [cookie[flag] for flag in ("secure", "httponly", "samesite", "domain")] != [True, True, "Lax", ""]
    ]
