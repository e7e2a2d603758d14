"""What the owner of a domain has written into its records. No server of the domain is connected to."""

import logging
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 3.0  # for the whole question


def text_records(name: str) -> list[str]:
    try:
        answer = _resolver().resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (dns.exception.DNSException, ValueError) as error:
        logger.info("No TXT records: %s", type(error).__name__)
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def addresses(name: str) -> list[str]:
    try:
        return list(_resolver().resolve_name(name, lifetime=SECONDS, search=False).addresses())
    except (dns.exception.DNSException, ValueError) as error:
        logger.info("No addresses: %s", type(error).__name__)
        return []


def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVER)
    if settings.DNS_SERVER:
        server = urlsplit(f"//{settings.DNS_SERVER}")
        resolver.nameservers, resolver.port = [server.hostname or ""], server.port or 53
    return resolver
