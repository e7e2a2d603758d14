"""Every address that the site answers, as Django resolves it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

ADMIN = "admin:"


@dataclass(frozen=True)
class Route:
    """One URL name with the names of its arguments."""

    name: str
    arguments: tuple[str, ...]


def walk(resolver: URLResolver, space: str = "", held: tuple[str, ...] = ()) -> Iterator[Route]:
    """Give every named address under the resolver."""
    for entry in resolver.url_patterns:
        arguments = (*held, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        unique = tuple(dict.fromkeys(arguments))
        if isinstance(entry, URLResolver):
            yield from walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space, unique)
        elif isinstance(entry, URLPattern):
            yield Route(space + (entry.name or f"without a name: {entry.pattern}"), unique)


def routes() -> list[Route]:
    """Return every address of the site once, in order of name."""
    return sorted(set(walk(get_resolver())), key=lambda route: (route.name, route.arguments))
