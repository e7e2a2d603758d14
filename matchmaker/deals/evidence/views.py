"""The evidence of a pair: what supports the other side's claims, documents that are open, endorsements."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.deals.evidence import selectors, services
from matchmaker.matching.pairs.guards import acting, pair_required
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.choices import EvidenceClaim
from profiles.companies.evidence.views import handed_out
from profiles.guards import SignedInRequest
from profiles.models import Evidence
from profiles.pages import found_or_404, message_on_error


@pair_required(require_safe)
def evidence_page(request: SignedInRequest, pair: Pair) -> HttpResponse:
    introduction = found_or_404(selectors.evidence_introduction(pair))
    return render(
        request, "companies/evidence/pair.html", {"page": selectors.pair_evidence(pair, introduction)}
    )


@pair_required(require_POST)
def evidence_endorse(request: SignedInRequest, pair: Pair) -> HttpResponse:
    introduction = found_or_404(selectors.evidence_introduction(pair))
    claim = request.POST.get("claim", "")
    if claim in [each.supported.claim for each in selectors.pair_evidence(pair, introduction).claims]:
        done = _("Endorsed. The company is told. Others see how many companies endorsed it, not which ones.")
        with message_on_error(request, done):
            services.endorse(introduction, claim=EvidenceClaim(claim), **acting(request, pair.member))
    return redirect("pair_evidence", pair.counterpart.public_id)


@pair_required(require_POST)
def evidence_grant(request: SignedInRequest, pair: Pair, pk: int) -> HttpResponse:
    introduction = found_or_404(selectors.evidence_introduction(pair))
    document = one_of(selectors.documents_of(pair.company), pk)
    if request.POST.get("wanted") == "1":
        act, done = services.grant, _("Opened. The other company is told.")
    else:
        act, done = services.revoke, _("Closed. The other company can no longer download it here.")
    with message_on_error(request, done):
        act(document, introduction, **acting(request, pair.member))
    return redirect("pair_evidence", pair.counterpart.public_id)


@pair_required(require_POST)
def pair_evidence_file(request: SignedInRequest, pair: Pair, pk: int) -> HttpResponseBase:
    """Hand out an opened document. It is a POST because the audit log records it."""
    introduction = found_or_404(selectors.evidence_introduction(pair))
    return handed_out(request, one_of(selectors.readable_documents(pair, introduction), pk))


def one_of(documents: list[Evidence], pk: int) -> Evidence:
    found = next((document for document in documents if document.pk == pk), None)
    if found is None:
        raise Http404
    return found
