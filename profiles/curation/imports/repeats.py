"""By what a row of a file is a company that is here already."""

from datetime import datetime
from typing import Any, NamedTuple

from profiles.validators import one_line

NAMES = ("name_en", "name_zh", "name_ur")
Mark = tuple[str, str]  # a column, and what two records of one company share in it


class Facts(NamedTuple):
    """What tells two companies of one name apart."""

    host: str
    email: str
    number: str

    def differ(self, other: "Facts") -> bool:
        both = zip(self, other, strict=True)
        return any(own and their and own.casefold() != their.casefold() for own, their in both)


class Known(NamedTuple):
    pk: int
    public_id: str
    name: str
    facts: Facts


def host_of(website: str) -> str:
    return website.partition("//")[2].partition("/")[0].lower().removeprefix("www.")


def name_mark(name: str) -> Mark:
    """Return the mark of a name in any script: two are the same in any case, and with other blanks."""
    return NAMES[0], one_line(name).casefold()


def known_companies(
    model: Any, registration: str, *, since: datetime | None = None
) -> dict[Mark, list[Known]]:
    rows = model.objects.filter(created_at__gte=since) if since else model.objects.all()
    found: dict[Mark, list[Known]] = {}
    columns = ("pk", "public_id", *NAMES, "website", "contact_email", registration)
    for pk, public_id, *names, website, email, number in rows.order_by("pk").values_list(*columns):
        facts = Facts(host_of(website), email, number.casefold())
        marks = {*map(name_mark, names), ("website", facts.host), (registration, facts.number)}
        for mark in marks:
            if mark[1]:
                found.setdefault(mark, []).append(Known(pk, public_id, names[0], facts))
    return found
