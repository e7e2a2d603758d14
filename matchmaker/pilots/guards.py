"""Whose pilot it is, and whether it is still where its reader saw it."""

from django.http import Http404

from matchmaker.matches.selectors.member import Member
from matchmaker.models import Pilot
from matchmaker.pilots.selectors.pilot import (
    PilotPage,
    PilotReader,
    own_drafts,
    pilot_page,
    with_parts,
)


def page_or_404(reader: PilotReader, public_id: str) -> PilotPage:
    """Return the page of a pilot that exists for the reader."""
    page = pilot_page(reader, public_id)
    if page is None:
        raise Http404
    return page


def hosted_or_404(member: Member, public_id: str) -> Pilot:
    """Return a pilot of the member's own company."""
    pilot = with_parts(own_drafts(PilotReader(member.viewer, member)).filter(public_id=public_id)).first()
    if pilot is None:
        raise Http404
    return pilot
