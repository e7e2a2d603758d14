"""A copy of everything that the tables hold about an account and its company."""

from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from matchmaker.models import Message
from matchmaker.own_data.decisions import LEFT_OUT
from profiles.accounts.selectors import company_of, members_of, membership_of
from profiles.erasure import DECISIONS, Decision
from profiles.models import Investor, Startup, User


def copy_for(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return every row about the account and its company, by table; only its own side's acts on pairs."""
    company = company_of(user)
    found: dict[str, list[dict[str, Any]]] = {}
    for label, decision in DECISIONS.items():
        rows: list[Model] = []
        for queryset in querysets(apps.get_model(label), decision, user, company):
            rows += [row for row in queryset if row not in rows]
        if rows:
            found[label] = [values_in(row) for row in rows]
    return found


def sent_files(user: User) -> list[Message]:
    """Return the messages of the account's company that came with a file, the first first."""
    decision = DECISIONS[Message._meta.label]
    rows = querysets(Message, decision, user, company_of(user))
    return [message for queryset in rows for message in queryset.exclude(file="")]


def querysets(
    model: type[Model], decision: Decision, user: User, company: Startup | Investor | None
) -> list[QuerySet[Any]]:
    """Return the rows of one table that belong in the copy."""
    rows, found = model._default_manager.order_by("pk"), []
    if decision.account:
        found.append(rows.filter(**{decision.account: user.pk}))
    if company is None or not decision.company:
        return found
    side = str(company.side)
    path = decision.company.replace("{side}", side)
    if (path == "pk" and isinstance(company, model)) or path.split("__")[-1] == side:
        own = {"side": side} if decision.own_side else {}
        found.append(rows.filter(**{path: company.pk}, **own))
    return found


def values_in(row: Model) -> dict[str, Any]:
    """Return a row's values by field, those of its lists by their codes."""
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
