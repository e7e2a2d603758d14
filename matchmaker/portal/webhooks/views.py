"""The page of a company's webhooks, with what they were sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.integrations.webhook_sender import is_on
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.models.webhook import PING, Event
from matchmaker.portal.webhooks import services
from matchmaker.portal.webhooks.forms import WebhookForm
from matchmaker.portal.webhooks.selectors import deliveries_of, webhooks_of
from profiles.guards import SignedInRequest, fresh_proof_required
from profiles.pages import form_error_on, message_on_error, page_of, sent_row_or_404
from profiles.platform.memberships import membership_of

PER_PAGE = 20


@current_company_required
@require_safe
def webhooks(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    return _page(request, member, WebhookForm())


@current_company_required
@require_POST
@fresh_proof_required
def webhook_add(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    form = WebhookForm(request.POST)
    if form.is_valid():
        with form_error_on(form):
            services.add_webhook(request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The webhook was added. We are testing its address now."))
            return redirect("webhooks")
    return _page(request, member, form, status=422)


@current_company_required
@require_POST
def webhook_remove(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    hook = sent_row_or_404(request, webhooks_of(member.company), "pk")
    with message_on_error(request, _("The webhook was removed.")):
        services.remove_webhook(hook, by=request.user, at=timezone.now())
    return redirect("webhooks")


@current_company_required
@require_POST
def webhook_resume(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    hook = sent_row_or_404(request, webhooks_of(member.company), "pk")
    with message_on_error(request, _("We are testing its address now.")):
        services.resume_webhook(hook, by=request.user, at=timezone.now())
    return redirect("webhooks")


@current_company_required
@require_POST
def webhook_again(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    delivery = sent_row_or_404(request, deliveries_of(member.company), "pk")
    with message_on_error(request, _("The event is being sent again.")):
        services.send_again(delivery, by=request.user, at=timezone.now())
    return redirect("webhooks")


def _page(
    request: SignedInRequest, member: CurrentCompany, form: WebhookForm, *, status: int = 200
) -> HttpResponse:
    membership = membership_of(request.user)
    is_owner = membership is not None and membership.is_owner
    labels = {**dict(Event.choices), PING: _("Test of the address")}
    hooks = [
        (hook, [labels[event] for event in hook.events])
        for hook in (webhooks_of(member.company) if is_owner else ())
    ]
    page = page_of(request, deliveries_of(member.company), PER_PAGE)
    rows = [(row, labels.get(row.event, row.event)) for row in (page.object_list if is_owner else ())]
    context = {"hooks": hooks, "form": form, "page": page, "rows": rows, "is_owner": is_owner}
    return render(request, "portal/webhooks/webhooks.html", {**context, "is_on": is_on()}, status=status)
