"""One pair on paper."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaker.integrations.typesetting import typeset
from matchmaker.matches.forms import PLAIN
from matchmaker.matches.guards import member_required, pair_or_404
from matchmaker.matches.kinds import BRIEF_LIMIT
from matchmaker.matches.selectors.brief import TEMPLATE, brief_of
from matchmaker.matches.selectors.detail import match_page
from matchmaker.matches.selectors.member import Member
from matchmaker.ranking.services import market_state
from profiles.guards import SignedInRequest
from profiles.limits import services as limits


@member_required
@require_safe
def match_brief(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Answer the page of a pair as one sheet of PDF, made for this reader at this moment and kept nowhere."""
    pair, now = pair_or_404(member, public_id, whole=True), timezone.now()
    limits.take_token(BRIEF_LIMIT, account=request.user, company=member.company, at=now)
    is_plain = request.GET.get("view") == PLAIN
    explained = None if is_plain else market_state.explain_pair(pair.startup, pair.investor)
    sheet = typeset(TEMPLATE, brief_of(match_page(pair, explained), at=now))
    # To be saved: paper is what it is for, and a saved file prints the same everywhere.
    headers = {
        "Content-Disposition": f'attachment; filename="brief-{public_id}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)
