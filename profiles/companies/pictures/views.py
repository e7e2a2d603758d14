"""A company's own pictures, and the curators' page about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles import pages
from profiles.companies.pictures import services
from profiles.companies.pictures.forms import FORMS, PictureDecisionForm
from profiles.companies.pictures.selectors import all_pictures, pictures_of, waiting
from profiles.guards import SignedInRequest, curator_required
from profiles.models import SIDES, Investor, Startup
from profiles.people.accounts.guards import company_required, member_role_required
from profiles.people.accounts.services.teams import NotMemberError
from profiles.platform.files.services import count_upload

PER_PAGE = 20


@company_required()
@pages.page_with_form
def pictures(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    forms = {kind: form(prefix=kind) for kind, form in FORMS.items()}
    is_sent = request.method == "POST"
    if is_sent:
        kind = pages.found_or_404(next((row for row in FORMS if row == request.POST.get("kind")), None))
        if request.FILES:
            # Counted before it is read, because reading is what costs.
            count_upload(company, by=request.user, at=timezone.now())
        form = forms[kind] = FORMS[kind](request.POST, request.FILES, prefix=kind)
        if form.is_valid():
            values = form.cleaned_data
            with pages.form_error_on(form), pages.raise_404_on(NotMemberError):
                services.send(
                    company,
                    values["file"],
                    kind=kind,
                    text=values.get("text", ""),
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(
                    request, _("We have received your picture. We check it first, then a curator reviews it.")
                )
                return redirect("pictures")
    rows = list(pictures_of(company))
    sections = [(kind, form, [each for each in rows if each.kind == kind]) for kind, form in forms.items()]
    context = {"company": company, "sections": sections, "most_products": services.MOST_PRODUCTS}
    return render(request, "companies/pictures/pictures.html", context, status=422 if is_sent else 200)


@require_POST
@member_role_required
def picture_remove(request: SignedInRequest, company: Startup | Investor | None, key: str) -> HttpResponse:
    picture = pages.found_or_404(pictures_of(company).filter(key=key).first() if company else None)
    services.remove(picture, by=request.user, at=timezone.now())
    messages.success(request, _("Removed. No one can see the picture any more."))
    return redirect("pictures")


@curator_required
@require_safe
def desk_pictures(request: SignedInRequest) -> HttpResponse:
    return _desk_page(request)


def _desk_page(request: SignedInRequest, **more: Any) -> HttpResponse:
    rows, company = waiting(), None
    if side := request.GET.get("side"):
        model: Any = pages.found_or_404(SIDES.get(side))
        company = get_object_or_404(model, public_id=request.GET.get("id", ""))
        rows = pictures_of(company).exclude(small=None)
    page = pages.page_of(request, rows, PER_PAGE)
    context = {"page": page, "of_company": company, **more}
    return render(request, "companies/pictures/desk.html", context, status=422 if more else 200)


@curator_required
@require_POST
def desk_picture(request: SignedInRequest, pk: int) -> HttpResponse:
    picture = get_object_or_404(all_pictures(), pk=pk)
    form = PictureDecisionForm(request.POST)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    by, at = request.user, timezone.now()
    if "reason" in form.errors:
        return _desk_page(request, refused=picture, form=form)
    if not form.is_valid():
        messages.warning(request, _("Choose whether to approve the picture."))
    elif form.cleaned_data["answer"] == "approve":
        with pages.message_on_error(request, _("Approved. The picture is now visible.")):
            services.approve(picture, by=by, at=at)
    else:
        with pages.message_on_error(request, _("Not accepted. The company can read why.")):
            services.decline(picture, reason=form.cleaned_data["reason"], by=by, at=at)
    return redirect(reverse("desk_pictures") + query)
