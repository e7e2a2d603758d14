"""The worker reads a deck once; its founder takes over into the profile what is right."""

from collections.abc import Collection
from dataclasses import astuple
from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.deals.prefill.selectors import TERMS, DeckProposal, proposals_in_deck, unread_versions
from matchmaker.models.deck import DeckVersion
from profiles.companies.held_edits.selectors import newest
from profiles.companies.steps import services as companies
from profiles.models import NeedType, PartnershipForm, Startup, User


def read_decks(*, at: datetime) -> None:
    """Store what each deck whose pages are ready says, once."""
    for version in unread_versions().prefetch_related("pages"):
        proposals = proposals_in_deck([page.text for page in version.pages.all()])
        DeckVersion.objects.filter(pk=version.pk).update(proposals=[astuple(each) for each in proposals])


@transaction.atomic
def add(startup: Startup, proposals: Collection[DeckProposal], *, by: User, at: datetime) -> Startup:
    """Set what is proposed as if the founder had typed it. Raises: as `companies.edit`."""
    changes: dict[str, Any] = {}
    for proposal in proposals:
        field, value = proposal.field, proposal.values[0]
        if field == "ask_max":
            changes |= {"ask_max": value, "ask_currency": proposal.values[1], "seeks_capital": True}
        elif field not in ("needs", "forms"):
            changes[field] = value
            if field in TERMS:
                changes[field] = TERMS[field].objects.get(code=value)
    accepted = [proposal.values[0] for proposal in proposals if proposal.field == "forms"]
    if accepted:
        stated = newest(startup).forms.all()
        changes["forms"] = [
            *stated,
            *PartnershipForm.objects.filter(code__in=accepted).exclude(pk__in=stated),
        ]
    if changes:
        startup = companies.edit(startup, changes=changes, by=by, at=at)
    needed = [proposal.values[0] for proposal in proposals if proposal.field == "needs"]
    for kind in NeedType.objects.filter(code__in=needed).exclude(pk__in=startup.needs.values("type")):
        startup = companies.edit_row(startup, "needs", values={"type": kind}, by=by, at=at)
    return startup
