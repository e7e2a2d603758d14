"""The profile of an investor or partner, and what it offers."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from profiles.choices import Role, Side
from profiles.forms.investor import InvestorForm, OffersForm
from profiles.views.guards import SignedInRequest, role_required
from profiles.views.sections import edit_section


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.INVESTOR)
def investor_edit(request: SignedInRequest) -> HttpResponse:
    """Show the profile, or save it and go on to the theses."""
    return edit_section(request, Side.INVESTOR, "profile", InvestorForm)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.INVESTOR)
def offer_list(request: SignedInRequest) -> HttpResponse:
    """Show everything that is offered, or save it."""
    return edit_section(request, Side.INVESTOR, "offers", OffersForm)
