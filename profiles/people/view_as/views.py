"""Pages to begin and to end looking at the site as a member."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.pages import page_with_form
from profiles.people.accounts.forms import ReasonForm
from profiles.people.view_as import services as service
from profiles.people.view_as.middleware import KEY
from profiles.platform.drafts.draft_forms import handle_form


@curator_required
@fresh_proof_required
@page_with_form
def view_as(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(service.viewable(), pk=pk)

    def save(form: ReasonForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        request.session[KEY] = service.begin(person, reason=reason, by=request.user, at=timezone.now())
        return redirect("home")

    context = {"person": person, "minutes": service.LASTS.seconds // 60}
    return handle_form(request, ReasonForm, "people/view_as/begin.html", save, context)


@curator_required
@require_POST
def view_as_end(request: SignedInRequest) -> HttpResponse:
    viewing = request.session.pop(KEY, None)
    messages.info(request, _("You are viewing the site as yourself again."))
    return redirect("desk_account", viewing["user"]) if viewing else redirect("home")
