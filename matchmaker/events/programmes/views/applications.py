"""Applying for a programme, and what its organiser reads and decides."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.programmes.forms.people import ResearchForm
from matchmaker.events.programmes.forms.programmes import (
    ApplicationDecisionForm,
    ApplicationForm,
    TogetherForm,
)
from matchmaker.events.programmes.guards import organised_required, participant_required
from matchmaker.events.programmes.selectors import applications as selectors
from matchmaker.events.programmes.selectors import deciding
from matchmaker.events.programmes.selectors.people import card_for_organiser
from matchmaker.events.programmes.selectors.programmes import Reader, facts_of, free_for, programme_in
from matchmaker.events.programmes.services import applications
from matchmaker.matching.pairs.guards import seen_in, signed
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import (
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeKind,
)
from profiles.guards import ReasonMissingError, SignedInRequest
from profiles.pages import form_error_on, form_page, found_or_404, keys_in, message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import handle_form

SAVED = {
    ProgrammeApplicationState.DRAFT: gettext_lazy(
        "Your draft has been saved. The organiser cannot read it until you send it."
    ),
    ProgrammeApplicationState.SENT: gettext_lazy(
        "The organiser has received your application. You can change it until the applications close."
    ),
}
DECIDED = {
    ProgrammeApplicationAct.ACCEPT: gettext_lazy("Accepted. They have been told."),
    ProgrammeApplicationAct.WAITLIST: gettext_lazy("They are on the waitlist and have been told."),
    ProgrammeApplicationAct.DECLINE: gettext_lazy("Declined. They have been told, with your reason."),
}


@participant_required
@page_with_form
def apply(request: SignedInRequest, reader: Reader, public_id: str, kind: str) -> HttpResponse:
    programme = found_or_404(programme_in(reader, public_id))
    rows = selectors.own_applications(reader, programme, timezone.now())
    row = found_or_404(next((each for each in rows if each["applicant"].kind == kind), None))
    if not row["may_write"] and request.method != "POST":
        return redirect("programme", public_id)
    applicant, application = row["applicant"], None if row["is_new"] else row["application"]
    is_sent = application is not None and application.state == ProgrammeApplicationState.SENT
    answers = application.answers if application else []
    asked = {"questions": programme.questions, "answers": answers, "is_sent": is_sent}
    make: Any = partial(ApplicationForm, **asked)
    if programme.kind == ProgrammeKind.RESEARCH:
        make = partial(ResearchForm, proposal=getattr(application, "proposal", None), **asked)

    def save(form: ApplicationForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"answers": form.answers, "is_final": form.is_final}
        if isinstance(form, ResearchForm):
            kwargs["proposal"] = form.proposal
        made = applications.write_application(programme, applicant, **kwargs, **signed(request))
        messages.success(request, str(SAVED[ProgrammeApplicationState(made.state)]))
        if "card" in request.POST:
            return redirect(f"{reverse('person_card')}?{urlencode({'next': request.path})}")
        return redirect("programme", public_id)

    unstated = [
        condition for condition in selectors.conditions(programme, applicant) if condition.is_met is None
    ]
    context = {
        "programme": programme,
        "facts": facts_of(programme),
        "row": row,
        "unstated": unstated,
        "is_sent": is_sent,
    }
    template = "events/programmes/programme_apply.html"
    return handle_form(request, make, template, save, context)


@participant_required
@require_POST
def withdraw(request: SignedInRequest, reader: Reader, public_id: str, kind: str) -> HttpResponse:
    programme = found_or_404(programme_in(reader, public_id))
    rows = selectors.own_applications(reader, programme, timezone.now())
    row = found_or_404(next((each for each in rows if each["applicant"].kind == kind), None))
    application = found_or_404(row["application"])
    with message_on_error(request, _("Withdrawn.")):
        if application.state == ProgrammeApplicationState.DRAFT:
            applications.discard_draft_of(application, **signed(request))
        else:
            applications.withdraw_application(application, **signed(request), version_read=seen_in(request))
    return redirect("programme", public_id)


@organised_required(require_safe)
def show_applications(request: SignedInRequest, reader: Reader, programme: Programme) -> HttpResponse:
    page = deciding.applications_page(reader, programme, request.GET.dict(), request.GET.get("page", "1"))
    context = {"programme": programme, "applications": page, "filter_query": query_of(request)}
    return render(request, "events/programmes/applications.html", context)


def query_of(request: SignedInRequest) -> str:
    chosen = {name: request.GET[name] for name in deciding.FILTERS if request.GET.get(name)}
    return f"?{urlencode(chosen)}" if chosen else ""


@organised_required(require_POST)
def decide_together(request: SignedInRequest, reader: Reader, programme: Programme) -> HttpResponse:
    """Show decisions about many applications, and carry them out once they are confirmed."""
    sent = request.POST
    decisions = deciding.decisions_in(sent.getlist("decision"))
    form = TogetherForm(sent if "confirm" in sent else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        with form_error_on(form, words={ReasonMissingError: form.reason_missing}, field="reason"):
            done = applications.decide_together(programme, decisions, reason=reason, **signed(request))
            _say_how_many(request, done, sum(bool(each.act) for each in decisions) - done)
            return redirect("programme_applications", programme.public_id)
    acts = {each.pk: each.act for each in decisions}
    if not form.is_bound:
        acts = _asked_acts(request, reader, programme)
    if not acts:
        messages.warning(request, _("Select at least one application."))
        return redirect("programme_applications", programme.public_id)
    context = {"programme": programme, "decisions": deciding.summary(reader, programme, acts)}
    return form_page(request, "events/programmes/decide.html", form, **context)


def _asked_acts(request: SignedInRequest, reader: Reader, programme: Programme) -> dict[int, str]:
    act = request.POST.get("act", "")
    if act == "proposal":
        return deciding.proposed(reader, programme)
    if act not in deciding.ACTS:
        return {}
    every = deciding.chosen_in(reader, programme, request.GET.dict()) if "all" in request.POST else []
    return dict.fromkeys(every or keys_in(request, "pick"), act)


def _say_how_many(request: SignedInRequest, done: int, left: int) -> None:
    text = ngettext(
        "%(count)d application is decided. We are notifying the applicant.",
        "%(count)d applications are decided. We are notifying the applicants.",
        done,
    )
    messages.success(request, text % {"count": done})
    if left:
        text = ngettext(
            "%(count)d application has changed in the meantime. Open it to decide.",
            "%(count)d applications have changed in the meantime. Open them to decide.",
            left,
        )
        messages.warning(request, text % {"count": left})


@organised_required(page_with_form)
def show_application(request: SignedInRequest, reader: Reader, programme: Programme, pk: int) -> HttpResponse:
    application = get_object_or_404(selectors.sent_to(programme, request.user), pk=pk)

    def save(form: ApplicationDecisionForm) -> HttpResponse:
        act = ProgrammeApplicationAct(form.cleaned_data["act"])
        kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now(), "version_read": seen_in(request)}
        applications.decide(application, act, reason=form.cleaned_data["reason"], **kwargs)
        messages.success(request, str(DECIDED[act]))
        return redirect("programme_applications", programme.public_id)

    context = {
        "programme": programme,
        "row": selectors.application_row(application),
        "facts": card_for_organiser(application),
        "card": deciding.company_cards(reader, [application]).get(application.pk),
        "unstated": [
            condition
            for condition in selectors.conditions(programme, applications.applicant_in(application))
            if not condition.is_met
        ],
        "free": free_for(programme, application.kind),
    }
    template = "events/programmes/application.html"
    return handle_form(request, ApplicationDecisionForm, template, save, context)


@organised_required(require_POST)
def take_part(request: SignedInRequest, reader: Reader, programme: Programme) -> HttpResponse:
    company = found_or_404(reader.member).company
    with message_on_error(request, _("Your company takes part. It has a place like the other participants.")):
        applications.take_part(programme, company, **signed(request))
    return redirect("programme", programme.public_id)
