"""Under which name an act is counted; addresses and networks are kept as fingerprints only."""

from ipaddress import ip_address, ip_network

from django.utils.crypto import salted_hmac

from profiles.limits.registry import Kind


def network_of(address: str) -> str:
    """Return the network of an address, of which one person has many: /24 of IPv4, /64 of IPv6."""
    found = ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def key_of(verb: str, kind: Kind, who: str) -> str:
    """Return the bucket's name."""
    if kind in (Kind.NETWORK, Kind.ADDRESS):
        who = salted_hmac("profiles.limits", who.lower(), algorithm="sha256").hexdigest()
    return f"{verb}:{kind}:{who}"
