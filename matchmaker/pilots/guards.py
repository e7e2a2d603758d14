"""Whose pilot it is, and whether it is still where its reader saw it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.models import Pilot
from matchmaker.pilots.selectors.pilot import (
    PilotPage,
    PilotReader,
    own_drafts,
    pilot_page,
    with_parts,
)
from profiles.models import Deal, Investor
from profiles.pages import found_or_404


def page_or_404(reader: PilotReader, public_id: str) -> PilotPage:
    """Return the page of a pilot that exists for the reader."""
    return found_or_404(pilot_page(reader, public_id))


def deal_or_404(member: Member, number: str) -> Deal:
    """Return a deal of the member's own company by the number that a form sent."""
    company = member.company
    if not isinstance(company, Investor) or not number.isascii() or not number.isdecimal():
        raise Http404
    return get_object_or_404(company.deals, pk=min(int(number[:18]), 2**53))


def hosted_or_404(member: Member, public_id: str) -> Pilot:
    """Return a pilot of the member's own company."""
    own = own_drafts(PilotReader(member.viewer, member))
    return get_object_or_404(with_parts(own), public_id=public_id)
