"""Co-organisers of a programme: invited, accepted, declined or left."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.events.programmes.forms.programmes import ReviewerForm
from matchmaker.events.programmes.guards import reader_required
from matchmaker.events.programmes.selectors.programmes import Reader, hosts_for, organiser_of, programme_in
from matchmaker.events.programmes.services import hosts
from matchmaker.models.programmes.programme import OVER
from profiles.guards import SignedInRequest
from profiles.pages import (
    form_error_on,
    form_page,
    found_or_404,
    message_on_error,
    page_with_form,
    sent_by_post,
)


@reader_required
@page_with_form
def show_hosts(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme = found_or_404(programme_in(reader, public_id))
    leads, rows = reader.leads(programme), hosts_for(reader, programme)
    may_ask = leads and programme.state not in OVER
    if not (leads or rows) or (request.method == "POST" and not may_ask):
        raise Http404
    form = ReviewerForm(sent_by_post(request))
    if form.is_valid():
        with form_error_on(form):
            kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
            hosts.ask_host(programme, email=form.cleaned_data["email"], **kwargs)
            messages.success(request, _("Saved. If the address has an account, its owner has been told."))
            return redirect("programme_hosts", public_id)
    own = {"leads": leads, "may_ask": may_ask, "rows": rows, "organiser": organiser_of(programme)}
    may_accept = (reader.member or reader.is_curator) and programme.state not in OVER
    context = {"programme": programme, "may_accept": may_accept, "is_over": programme.state in OVER, **own}
    return form_page(request, "events/programmes/hosts.html", form, **context)


@reader_required
@require_POST
def host_act(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    programme = found_or_404(programme_in(reader, public_id))
    host = get_object_or_404(hosts_for(reader, programme), pk=pk)
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if request.POST.get("act") == "accept" and (reader.member or reader.is_curator):
        company = reader.member.company if reader.member else None
        with message_on_error(request, _("You are now a co-organiser. The programme page shows this.")):
            hosts.accept_host(host, company, **kwargs)
    elif request.POST.get("act") == "end":
        with message_on_error(request, _("Done. The programme page no longer shows this co-organiser.")):
            hosts.end_host(host, **kwargs)
    if hosts_for(reader, programme) or reader.leads(programme):
        return redirect("programme_hosts", public_id)
    return redirect("own_programmes")
