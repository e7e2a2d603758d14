"""Reviewers of a programme: who they are, the criteria, their scores, and the results for the organiser."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.programmes.forms.programmes import CriteriaForm, ScoreForm
from matchmaker.events.programmes.guards import public_required, reader_required
from matchmaker.events.programmes.selectors import jury as selectors
from matchmaker.events.programmes.selectors.applications import PER_PAGE
from matchmaker.events.programmes.selectors.deciding import company_cards, proposed
from matchmaker.events.programmes.selectors.invitations import sending
from matchmaker.events.programmes.selectors.people import card_for_organiser
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.events.programmes.services import jury
from matchmaker.events.programmes.views.invitations import invite_listed, list_form
from matchmaker.matching.pairs.guards import signed
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ONGOING
from profiles.companies.receipts.services import keep_receipts
from profiles.guards import SignedInRequest
from profiles.pages import keys_in, message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import handle_form
from profiles.sheets import FORMATS, download


@public_required(page_with_form)
def show_jury(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    form = list_form(request)
    if form.is_valid() and invite_listed(request, programme, form):
        return redirect("programme_jury", programme.public_id)
    context = {
        "programme": programme,
        "list_form": form,
        "sending": sending(programme, to_reviewers=True),
        "jury": selectors.jury_page(programme),
        "goes_on": programme.state in ONGOING,
    }
    return render(request, "events/programmes/jury.html", context, status=422 if form.is_bound else 200)


@public_required(require_POST)
def remove(request: SignedInRequest, _reader: Reader, programme: Programme, pk: int) -> HttpResponse:
    get_object_or_404(programme.reviewers, pk=pk)
    jury.remove_reviewer(programme, pk=pk, **signed(request))
    return redirect("programme_jury", programme.public_id)


@public_required(page_with_form)
def write_criteria(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    if selectors.has_scores(programme) or programme.state not in ONGOING:
        raise Http404

    def save(form: CriteriaForm) -> HttpResponse:
        jury.write_criteria(programme, criteria=form.criteria, **signed(request))
        messages.success(request, _("Saved. Reviewers score by these criteria."))
        return redirect("programme_jury", programme.public_id)

    make = partial(CriteriaForm, criteria=programme.criteria)
    context = {"programme": programme}
    return handle_form(request, make, "events/programmes/criteria.html", save, context)


@public_required(require_safe)
def results(request: SignedInRequest, reader: Reader, programme: Programme) -> HttpResponse:
    paginator = Paginator(selectors.results_of(programme, request.user), PER_PAGE)
    context = {
        "programme": programme,
        "page": paginator.get_page(request.GET.get("page", "1")),
        "may_propose": programme.state in ONGOING and bool(proposed(reader, programme)),
    }
    return render(request, "events/programmes/results.html", context)


@public_required(require_safe)
def sheet(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    """Show every application with empty boxes for points, to be printed for a meeting of the jury."""
    rows = selectors.results_of(programme, request.user)
    return render(request, "events/programmes/sheet.html", {"programme": programme, "rows": rows})


@public_required(require_POST)
def export(request: SignedInRequest, _reader: Reader, programme: Programme, form: str) -> HttpResponseBase:
    """Export the applications with their scores as a table without formulas."""
    if form not in FORMATS:
        raise Http404
    jury.record_export(programme, **signed(request))
    rows = list(selectors.sheet_rows(programme, request.user))
    return download(form, f"programme-{programme.public_id}", selectors.sheet_header(programme), rows)


@reader_required
@page_with_form
def review_list(request: SignedInRequest, _reader: Reader, public_id: str) -> HttpResponse:
    reviewer = get_object_or_404(selectors.reviews_of(request.user), programme__public_id=public_id)
    if request.method == "POST":
        with message_on_error(request, _("Saved. You no longer see applications you are connected with.")):
            jury.declare_conflicts(reviewer, applications=keys_in(request, "conflict"), **signed(request))
        return redirect("programme_review_list", public_id)
    page = selectors.review_page(reviewer, request.user, request.GET.get("page", "1"))
    context = {"programme": reviewer.programme, "reviewer": reviewer, "review": page}
    return render(request, "events/programmes/review_list.html", context)


@reader_required
@page_with_form
def review_one(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    reviewer = get_object_or_404(selectors.reviews_of(request.user), programme__public_id=public_id)
    if reviewer.declared_at is None:
        raise Http404
    application = get_object_or_404(selectors.visible_to(reviewer, request.user), pk=pk)
    page = selectors.scores_page(reviewer, application)

    def save(form: ScoreForm) -> HttpResponse:
        words = form.cleaned_data["words"]
        jury.score(reviewer, application, points=form.points, words=words, **signed(request))
        messages.success(request, _("Saved. You can now see the points and notes of the other reviewers."))
        return redirect("programme_review_one", public_id, pk)

    make = partial(ScoreForm, criteria=reviewer.programme.criteria, score=page["own"])
    context = {
        "programme": reviewer.programme,
        "page": page,
        "facts": card_for_organiser(application),
        "card": company_cards(reader, [application]).get(application.pk),
    }
    if reader.member and not request.user.is_viewed:
        keep_receipts(reader.member.company, reader.member.viewer, at=timezone.now())
    return handle_form(request, make, "events/programmes/review_one.html", save, context)
