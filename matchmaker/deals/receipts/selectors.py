"""Who viewed a company's own profile, by day and line by line.

Viewers are named only where the reader may see them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts
from matchmaker.matching.lists.selectors.list_page import for_cards
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.facts import DOT
from profiles.catalogue.visibility.fields import CONSENT_GROUPS, GROUPS
from profiles.models import SIDES, Receipt
from profiles.sheets import csv_lines

DAYS = 30  # that are drawn
PER_PAGE = 50
TALLEST = 100  # units of the drawing


def receipts_page(member: CurrentCompany, *, number: str, today: date) -> dict[str, Any]:
    """Return the requested page; `most`: the largest daily number of companies."""
    rows = receipts_of(member)
    page = Paginator(_readings(rows, member), PER_PAGE).get_page(number)
    days = drawn_days(rows, member, today=today)
    most = max(day["readers"] for day in days)
    return {"days": days, "lines": _lines(list(page), rows, member), "page": page, "most": most}


def receipts_of(member: CurrentCompany) -> "QuerySet[Receipt]":
    owner: dict[str, Any] = {f"{member.side}_id": member.company_id}
    return Receipt.objects.filter(**owner, side=member.side)


def drawn_days(rows: "QuerySet[Receipt]", member: CurrentCompany, *, today: date) -> list[dict[str, Any]]:
    since = today - timedelta(days=DAYS - 1)
    of_day = rows.filter(seen_on__gte=since).order_by().values_list("seen_on")
    counts = dict(of_day.annotate(readers=Count(_reader(member), distinct=True)))
    most = max(counts.values(), default=1)
    days = []
    for at in range(DAYS):
        day = since + timedelta(days=at)
        readers = counts.get(day, 0)
        height = readers * TALLEST // most
        days.append({"day": day, "readers": readers, "x": at * 10, "y": TALLEST - height, "height": height})
    return days


def receipt_lines(member: CurrentCompany) -> Iterator[str]:
    """Return all receipts as CSV, newest first."""
    rows = receipts_of(member)
    lines = (
        (line["day"], line["reader"], line["groups"])
        for page in Paginator(_readings(rows, member), 500)
        for line in _lines(list(page), rows, member)
    )
    return csv_lines([_("Day"), _("Who"), _("What they were shown")], lines)


def _reader(member: CurrentCompany) -> str:
    return f"{member.side.other}_id"


def _readings(rows: "QuerySet[Receipt]", member: CurrentCompany) -> "QuerySet[Any, Any]":
    """Return day, reader and whether it stays unnamed, one row for each reader of a day, newest first."""
    readings: QuerySet[Any, Any] = rows.order_by().values("seen_on", _reader(member))
    readings = readings.annotate(first=Min("pk"))
    return readings.order_by("-seen_on", "-first")


def _lines(
    readings: list[dict[str, Any]], rows: "QuerySet[Receipt]", member: CurrentCompany
) -> list[dict[str, Any]]:
    """Return some readings in words: who read what on one day. Four queries, however many they are."""
    column = _reader(member)
    pks, days = {each[column] for each in readings}, {each["seen_on"] for each in readings}
    groups: dict[tuple[date, int], list[str]] = {}
    named: set[tuple[date, int]] = set()
    found = rows.filter(seen_on__in=days, **{f"{column}__in": pks}).order_by("pk")
    for day, pk, group, is_blind in found.values_list("seen_on", column, "group", "is_blind"):
        groups.setdefault((day, pk), []).append(group)
        if not is_blind:
            named.add((day, pk))
    names, places = _names(pks, member), _places(pks, member)
    lines = []
    for reading in readings:
        day, pk = key = reading["seen_on"], reading[column]
        reader, public_id = names.get(pk, ("", "")) if key in named else ("", "")
        named_or_placed = {"reader": reader or places.get(pk, ""), "public_id": public_id}
        lines.append({"day": day, **named_or_placed, "groups": _group_words(groups[key], member.side)})
    return lines


def _names(pks: Iterable[int], member: CurrentCompany) -> dict[int, tuple[str, str]]:
    """Return what the member may call each reader that exists for it, and its public id."""
    profiles, viewer = for_cards(counterparts(member)).in_bulk(list(pks)), replace(member.viewer, shown=set())
    return {pk: (str(see(one, viewer).title), one.public_id) for pk, one in profiles.items()}


def _places(pks: Iterable[int], member: CurrentCompany) -> dict[int, str]:
    terms = all_terms()
    readers = SIDES[member.side.other]._default_manager.in_bulk(list(pks))
    bare, placed = _("An investor or partner"), _("An investor or partner, %(country)s")
    if member.side.other is Side.STARTUP:
        bare, placed = _("A startup"), _("A startup, %(country)s")
    places = {pk: terms.find("place", one.approved_country) for pk, one in readers.items()}
    return {pk: placed % {"country": term.name} if term else bare for pk, term in places.items()}


def _group_words(groups: Iterable[str], side: Side) -> str:
    """Return groups of fields in words, the profile itself first, then in the order of the catalogue."""
    labels = {key: group.label for key, group in (GROUPS[side] | CONSENT_GROUPS[side]).items()}
    order = ["", *labels]
    known = sorted((group for group in groups if group in order), key=order.index)
    return DOT.join(str(labels[group]) if group else _("The profile") for group in known)
