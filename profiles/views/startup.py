"""The founder's five steps."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from profiles.choices import Role, Side
from profiles.forms.startup import STEPS
from profiles.views.guards import SignedInRequest, role_required
from profiles.views.sections import edit_section


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STARTUP)
def startup_edit(request: SignedInRequest, step: str) -> HttpResponse:
    """Show one step, or save it and go on."""
    if step not in STEPS:
        raise Http404
    return edit_section(request, Side.STARTUP, step, STEPS[step])
