"""A copy of everything that the tables hold about an account and its company."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from profiles.models import CheckedFile, Investor, Startup, User
from profiles.people.accounts.selectors import company_of, members_of
from profiles.platform.erasure import DECISIONS, Decision
from profiles.platform.memberships import membership_of

# Never in a copy: what opens an account, what belongs to the machine, and what others must not learn. A
# sent file is in the archive itself, not where it is kept.
LEFT_OUT = frozenset(
    {
        *("password", "token", "name_key", "factors", "previous_hash", "hash", "call_address"),
        *("received", "content", "leased_until", "secret", "challenge"),
    }
)


def copy_for(user: User) -> dict[str, list[dict[str, Any]]]:
    company = company_of(user)
    data: dict[str, list[dict[str, Any]]] = {}
    for label, decision in DECISIONS.items():
        rows: list[Model] = []
        for queryset in querysets(apps.get_model(label), decision, user, company):
            rows += [row for row in queryset if row not in rows]
        if rows:
            data[label] = [values_in(row) for row in rows]
    return data


def querysets(
    model: type[Model], decision: Decision, user: User, company: Startup | Investor | None
) -> list[QuerySet[Any]]:
    rows, querysets = model._default_manager.order_by("pk"), []
    if decision.untold:
        rows = rows.filter(**{f"{decision.untold}__isnull": True})
    querysets += [rows.filter(**{path: user.pk}) for path in decision.account.split()]
    if company is None or not decision.company:
        return querysets
    side = str(company.side)
    path = decision.company.replace("{side}", side)
    if (path == "pk" and isinstance(company, model)) or path.split("__")[-1] == side:
        side_filter = {"side": side} if decision.own_side else {}
        querysets.append(rows.filter(**{path: company.pk}, **side_filter))
    return querysets


def values_in(row: Model) -> dict[str, Any]:
    plain = {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT
    }
    lists = {
        field.name: [str(one) for one in getattr(row, field.name).all()] for field in row._meta.many_to_many
    }
    return plain | lists


def may_leave(user: User) -> bool:
    """Tell whether the account may go: a company is never left without an owner."""
    membership = membership_of(user)
    if membership is None:
        return True
    others = members_of(membership.company)
    return any(other.is_owner and other.user_id != user.pk for other in others)


ROWS = "corridor-data.json"
IN_MEMORY = 4 * 1024 * 1024  # bytes
PIECE = 64 * 1024  # bytes


def archive_for(user: User) -> Iterator[bytes]:
    """Return a ZIP in pieces: the rows as JSON, read now, and the files that were sent."""
    rows = json.dumps(copy_for(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    sent = querysets(CheckedFile, DECISIONS[CheckedFile._meta.label], user, company_of(user))
    return _pieces(rows, [file for queryset in sent for file in queryset if file.is_ready])


def _pieces(rows: str, files: Iterable[CheckedFile]) -> Iterator[bytes]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as packed:
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            archive.writestr(ROWS, rows)
            for file in files:
                with suppress(FileNotFoundError), file.content.open("rb") as stored:  # it may be lost
                    name = f"files/{file.pk}-{file.name}"
                    archive.writestr(name, stored.read(), compress_type=ZIP_STORED)  # its kinds are packed
        packed.seek(0)
        yield from iter(lambda: packed.read(PIECE), b"")
