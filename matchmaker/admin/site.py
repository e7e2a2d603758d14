"""The admin's door: superusers with a second factor, and nobody else."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from profiles.guards import ask_for_second_factor, lacks_second_factor


class CorridorAdminSite(AdminSite):
    """All records, for operators. Curators work at their desk and have no way in here."""

    site_header = _("Corridor administration")
    site_title = _("Corridor administration")
    index_title = _("Records")

    def has_permission(self, request: HttpRequest) -> bool:
        """Allow active superusers with a second factor (the demo does without one)."""
        user = request.user
        if not (user.is_active and user.is_superuser):
            return False
        return not lacks_second_factor(user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one sign-in of the site: Django's own asks for no second factor and has no limits."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.path))
        if not request.user.is_superuser:
            raise Http404
        return ask_for_second_factor(request)
