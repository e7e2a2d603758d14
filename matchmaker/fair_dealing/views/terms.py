"""The fair terms of a pair: write, open, read, print."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.fair_dealing.forms import TermsForm
from matchmaker.fair_dealing.guards import pair_at_hand
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.fair_terms import terms_page
from matchmaker.fair_dealing.selectors.terms_sheet import TEMPLATE, terms_sheet
from matchmaker.fair_dealing.services import terms as service
from matchmaker.integrations.typesetting import typeset
from matchmaker.matches.guards import member_required, pair_or_404
from matchmaker.matches.selectors.member import Member
from profiles.drafts import services as drafts
from profiles.drafts.forms import opened, posted
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.table import Verb


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def fair_terms(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show what both sides would agree to as far as it is open, and keep a new version of one's own."""
    pair = pair_or_404(member, public_id)
    page = terms_page(BothSides(pair))

    def make(sent: QueryDict | None) -> TermsForm:
        return TermsForm(sent, newest=page.draft)

    typed = posted(request, make) if request.method == "POST" else opened(request, make)
    if request.method != "POST" or not typed.may_save:
        context = {"pair": pair, "page": page, "typed": typed, "is_mutual": BothSides(pair).is_mutual}
        status = 409 if typed.conflicts else 422 if typed.is_wrong else 200
        return render(request, "fair_dealing/terms.html", context, status=status)
    with pair_at_hand():
        service.write_terms(
            pair.startup,
            pair.investor,
            side=member.side,
            values=typed.form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
    drafts.discard(request.user, request.path)
    messages.success(request, _("Kept. Only your company reads it until you open it."))
    return redirect("fair_terms", public_id)


@member_required
@require_POST
def fair_terms_open(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Open one's own newest version."""
    pair = pair_or_404(member, public_id)
    try:
        with pair_at_hand():
            service.open_terms(
                pair.startup, pair.investor, side=member.side, by=request.user, at=timezone.now()
            )
    except service.NothingWrittenError:
        messages.warning(request, _("Write down your own terms first."))
    else:
        messages.success(request, _("Opened. Each side reads the other's once both have opened theirs."))
    return redirect("fair_terms", public_id)


@member_required
@require_safe
def fair_terms_print(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Answer what is agreed and what is open as one sheet of PDF, made for this reader and kept nowhere."""
    pair, now = pair_or_404(member, public_id), timezone.now()
    limits.take_token(Verb.BRIEF, account=request.user, company=member.company, at=now)
    sheet = typeset(TEMPLATE, terms_sheet(pair, terms_page(BothSides(pair)), at=now))
    headers = {
        "Content-Disposition": f'attachment; filename="terms-{public_id}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)
