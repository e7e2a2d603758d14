"""Who runs the site: the list for curators and operators, and the operators' acts."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from profiles.choices import Role
from profiles.guards import SignedInRequest, fresh_proof_required, operator_required, staff_required
from profiles.pages import page_of, page_with_form
from profiles.people.accounts.forms import AccountActForm
from profiles.people.accounts.services import closing
from profiles.people.accounts.views import DONE
from profiles.people.staff import services as service
from profiles.people.staff.forms import RoleForm, StaffForm
from profiles.people.staff.selectors import staff_by_name
from profiles.platform.drafts.draft_forms import handle_form
from profiles.refusals import RefusedError

PER_PAGE = 50


@staff_required
@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Show who runs the site, as what, and whether with a second factor."""
    page = page_of(request, staff_by_name(), PER_PAGE)
    return render(request, "people/staff/people.html", {"page": page})


@operator_required
@fresh_proof_required
@page_with_form
def person_add(request: SignedInRequest) -> HttpResponse:
    def save(form: StaffForm) -> HttpResponse:
        kwargs = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        user = service.give_role(kwargs.pop("email"), **kwargs, by=request.user, at=timezone.now())
        messages.success(request, _("We tell %(name)s by email.") % {"name": user})
        return redirect("people")

    return handle_form(request, StaffForm, "people/staff/add.html", save, {})


@operator_required
@fresh_proof_required
@page_with_form
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(closing.staff().exclude(pk=request.user.pk), pk=pk)

    def save(form: AccountActForm) -> HttpResponse:
        act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
        closing.ACTS[act](user, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, f"{DONE[act]} {_('We email your reason to the person.')}")
        return redirect("person", pk)

    role_form = RoleForm(is_operator=user.is_superuser, initial={"role": user.role})
    context = {"person": user, "has_factor": is_mfa_enabled(user), "role_form": role_form}
    return handle_form(request, AccountActForm, "people/staff/person.html", save, context)


@operator_required
@require_POST
@fresh_proof_required
def person_role(request: SignedInRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(closing.staff().exclude(pk=request.user.pk), pk=pk)
    form = RoleForm(request.POST, is_operator=user.is_superuser)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("person", pk)
    try:
        service.change_role(user, role=form.cleaned_data["role"], by=request.user, at=timezone.now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk)
    messages.success(request, _("We tell %(name)s by email.") % {"name": user})
    return redirect("people")
