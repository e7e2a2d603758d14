"""The pages of one pair: what to look at, an answer, a request to disclose; fair terms to write and open."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.fair_dealing.forms import AnswerForm, TermsForm
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.fair_terms import terms_page
from matchmaker.fair_dealing.selectors.governance import answers_of, askable_checks
from matchmaker.fair_dealing.selectors.pair_page import fair_page
from matchmaker.fair_dealing.selectors.terms_sheet import TEMPLATE, terms_sheet
from matchmaker.fair_dealing.services import answers, terms
from matchmaker.integrations.typesetting import typeset
from matchmaker.lists.guards import member_required
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.pairs.guards import acting, pair_or_404, pair_required
from matchmaker.pairs.kinds import BRIEF_LIMIT
from matchmaker.pairs.selectors.pair import Pair
from profiles.drafts.draft_forms import handle_form
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.pages import message_on_error, page_with_form


@member_required
@require_safe
def fair_dealing(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show what the two should look at before they agree, in the form that the address names."""
    both = BothSides(pair_or_404(member, public_id, whole=True))
    page = fair_page(both, request.GET.get("form", ""))
    return render(request, "fair_dealing/fair_dealing.html", {"page": page, "pair": both.pair})


@pair_required(page_with_form)
def check_answer(request: SignedInRequest, pair: Pair, code: str) -> HttpResponse:
    """Ask one check, and take the own side's answer."""
    check = get_object_or_404(askable_checks(), code=code)

    def make(sent: QueryDict | None) -> AnswerForm:
        return AnswerForm(sent, instance=answers_of(BothSides(pair)).get((pair.member.side, check.pk)))

    def save(form: AnswerForm) -> HttpResponse:
        answers.answer_check(check, *pair.both, values=form.cleaned_data, **acting(request, pair.member))
        messages.success(request, _("Saved. The other side reads it once both of you are interested."))
        return redirect("fair_dealing", pair.counterpart.public_id)

    return handle_form(request, make, "fair_dealing/answer.html", save, {"pair": pair, "check": check})


@pair_required(require_POST)
def disclosure_ask(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Ask the other side to state what is open on the list of disclosures."""
    answers.ask_to_disclose(*pair.both, **acting(request, pair.member))
    messages.success(request, _("Asked. They read on this page that you asked, and when."))
    return redirect("fair_dealing", pair.counterpart.public_id)


@pair_required(page_with_form)
def fair_terms(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Show what both sides would agree to as far as it is open, and keep a new version of one's own."""
    page = terms_page(BothSides(pair))

    def make(sent: QueryDict | None) -> TermsForm:
        return TermsForm(sent, newest=page.draft)

    def save(form: TermsForm) -> HttpResponse:
        terms.write_terms(*pair.both, values=form.cleaned_data, **acting(request, pair.member))
        messages.success(request, _("Kept. Only your company reads it until you open it."))
        return redirect("fair_terms", pair.counterpart.public_id)

    context = {"pair": pair, "page": page, "is_mutual": pair.is_mutual}
    return handle_form(request, make, "fair_dealing/terms.html", save, context)


@pair_required(require_POST)
def fair_terms_open(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Open one's own newest version."""
    done = _("Opened. Each side reads the other's once both have opened theirs.")
    refused = {terms.NothingWrittenError: _("Write down your own terms first.")}
    with message_on_error(request, refused, done):
        terms.open_terms(*pair.both, **acting(request, pair.member))
    return redirect("fair_terms", pair.counterpart.public_id)


@pair_required(require_safe)
def fair_terms_print(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Answer what is agreed and what is open as one sheet of PDF, made for this reader and kept nowhere."""
    now = timezone.now()
    limits.take_token(BRIEF_LIMIT, account=request.user, company=pair.company, at=now)
    sheet = typeset(TEMPLATE, terms_sheet(pair, terms_page(BothSides(pair)), at=now))
    headers = {
        "Content-Disposition": f'attachment; filename="terms-{pair.counterpart.public_id}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)
