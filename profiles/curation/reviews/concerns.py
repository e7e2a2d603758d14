"""What a curator should know before deciding about a company, registered by the capability that knows it."""

from collections.abc import Callable
from dataclasses import dataclass

from profiles.models import Investor, Startup


@dataclass(frozen=True)
class Concern:
    """One sentence, with the page on which it is decided or read; `url` may be empty."""

    text: str
    url: str = ""


Find = Callable[[Startup | Investor], list[Concern]]
FINDERS: list[Find] = []


def register_concerns(find: Find) -> None:
    FINDERS.append(find)


def concerns_of(company: Startup | Investor) -> list[Concern]:
    return [concern for find in FINDERS for concern in find(company)]
