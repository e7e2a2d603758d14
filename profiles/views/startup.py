"""The founder's five steps. Each is saved by itself; the first one makes the company."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.choices import Role, Side
from profiles.forms.startup import STEPS, StartupForm
from profiles.models import Startup
from profiles.selectors.profiles import company_of, duplicates_of
from profiles.selectors.standing import standing
from profiles.services import consents, startups
from profiles.services.founding import found
from profiles.services.teams import AlreadyMemberError
from profiles.views.guards import SignedInRequest, role_required
from profiles.views.steps import frame, show_reasons, step_after, step_url


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STARTUP)
def startup_edit(request: SignedInRequest, step: str) -> HttpResponse:
    """Show one step, or save it and go on."""
    startup = own_startup(request)
    if step not in STEPS:
        raise Http404
    if startup is None and step != "basics":
        messages.info(request, _("First name your startup."))
        return redirect("startup_edit", step="basics")
    form = STEPS[step](request.POST if request.method == "POST" else None, instance=startup or Startup())
    if request.method == "POST" and form.is_valid():
        if startup is None:
            return first_save(request, form)
        save(startup, form, request)
        messages.success(request, _("Saved."))
        return redirect(
            step_url(Side.STARTUP, step) if "more" in request.POST else step_after(Side.STARTUP, step)
        )
    return step_page(request, step, form)


def own_startup(request: SignedInRequest) -> Startup | None:
    """Return the person's startup, if there is one yet."""
    company = company_of(request.user)
    if company is not None and not isinstance(company, Startup):
        raise Http404
    return company


def step_page(request: SignedInRequest, step: str, form: StartupForm, **extra: Any) -> HttpResponse:
    """Render a step around its form, with a curator's reasons beside the fields."""
    startup = own_startup(request)  # as stored: a form writes its input into the instance it was given
    state = standing(startup) if startup else None
    if state:
        show_reasons(form, state.reasons)
    context = {"form": form, "step": step, "standing": state, **frame(Side.STARTUP, step, state), **extra}
    return render(request, "profiles/startup.html", context)


def first_save(request: SignedInRequest, form: StartupForm) -> HttpResponse:
    """Make the company, unless it seems to be here already and nobody said that it is another one."""
    given = form.cleaned_data
    similar = duplicates_of(
        Startup,
        names=(given["name_en"], given["name_zh"], given["name_ur"]),
        website=given["website"],
        registration=given["registration_number"],
    )
    if "another" not in request.POST and similar.exists():
        return step_page(request, "basics", form, is_similar=True)
    try:
        found(Side.STARTUP, changes=form.changes, by=request.user, at=timezone.now())
    except AlreadyMemberError:
        messages.info(request, _("You belong to a company already."))
        return redirect("home")
    messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
    return redirect(step_after(Side.STARTUP, "basics"))


def save(startup: Startup, form: StartupForm, request: SignedInRequest) -> None:
    """Store one step."""
    now = timezone.now()
    rows: dict[str, Any] = dict(form.rows)
    startups.edit(startup, changes=form.changes, rows=rows, by=request.user, at=now)
    purposes = form.purposes
    if purposes is not None:
        consents.set_all(startup, purposes=purposes, by=request.user, at=now)
