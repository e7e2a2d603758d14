"""Storing many whole profiles at once: the demonstration's records and synthetic markets.

Everything is inserted in bulk, already approved. No nudge is sent per profile: rank the whole market after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from profiles.audit import services as audit
from profiles.choices import Purpose
from profiles.consents import services as consents
from profiles.imports.kinds import IMPORTED
from profiles.models import Consent, Deal, ExistingPartner, Investor, Need, Offer, Startup, Thesis, User

BATCH = 2_000
Links = dict[str, list[int]]  # name of a many-to-many field: primary keys


@dataclass
class StartupDraft:
    """An unsaved startup, what it links to, its needs, and the partners that it has."""

    record: Startup
    links: Links
    needs: list[Need] = field(default_factory=list)
    partners: list[ExistingPartner] = field(default_factory=list)


@dataclass
class InvestorDraft:
    """An unsaved investor with theses (each with its links), offers and deals."""

    record: Investor
    theses: list[tuple[Thesis, Links]] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)


@transaction.atomic
def store(
    startups: Sequence[StartupDraft],
    investors: Sequence[InvestorDraft],
    *,
    by: User,
    at: datetime,
    source: str,
) -> None:
    """Insert the profiles with everything that belongs to them, and one audit record that names `source`."""
    _insert(Startup, [draft.record for draft in startups])
    _insert(Investor, [draft.record for draft in investors])
    _insert_links(Startup, [(draft.record, draft.links) for draft in startups])
    _insert(Need, _owned("startup", ((draft.record, draft.needs) for draft in startups)))
    _insert(ExistingPartner, _owned("startup", ((draft.record, draft.partners) for draft in startups)))
    theses = [(draft.record, [thesis for thesis, _links in draft.theses]) for draft in investors]
    _insert(Thesis, _owned("investor", theses))
    _insert_links(Thesis, [pair for draft in investors for pair in draft.theses])
    _insert(Offer, _owned("investor", ((draft.record, draft.offers) for draft in investors)))
    _insert(Deal, _owned("investor", ((draft.record, draft.deals) for draft in investors)))
    _insert(Consent, _consents(startups, investors, by, at))
    counts = {"startups": len(startups), "investors": len(investors)}
    audit.record(IMPORTED, subject=f"market:{source}", by=by, at=at, details=counts)


def _insert(model: type[Any], rows: list[Any]) -> None:
    """Insert rows in batches; they know their primary keys afterwards."""
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _owned(owner: str, families: Iterable[tuple[Any, list[Any]]]) -> list[Any]:
    """Give every row its now saved owner; return all rows."""
    rows = []
    for record, own in families:
        for row in own:
            setattr(row, owner, record)
        rows += own
    return rows


def _insert_links(model: type[Any], records: Sequence[tuple[Model, Links]]) -> None:
    """Insert the rows of every many-to-many field that the records link through."""
    for name in {name for _record, links in records for name in links}:
        relation = model._meta.get_field(name)
        through = relation.remote_field.through
        own, other = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
        _insert(
            through,
            [
                through(**{own: record.pk, other: target})
                for record, links in records
                for target in dict.fromkeys(links.get(name, ()))
            ],
        )


def _consents(
    startups: Sequence[StartupDraft], investors: Sequence[InvestorDraft], by: User, at: datetime
) -> list[Consent]:
    """Return every consent of every profile."""
    given = {"text_version": consents.TEXT_VERSION, "given_by": by, "given_at": at}
    return [Consent(startup=s.record, purpose=purpose, **given) for s in startups for purpose in Purpose] + [
        Consent(investor=i.record, purpose=purpose, **given) for i in investors for purpose in Purpose
    ]


@transaction.atomic
def clear(site: str, *, by: User, at: datetime) -> None:
    """Remove every demo record whose website ends with `site`, and all that belongs to it."""
    gone = {}
    for model in (Investor, Startup):
        rows = model._default_manager.filter(is_demo=True, website__endswith=site)
        gone[model.__name__.lower()] = rows.count()
        rows.delete()
    audit.record(IMPORTED, subject=f"market:{site}", by=by, at=at, details={"removed": gone})
