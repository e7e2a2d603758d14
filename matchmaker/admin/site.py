"""The admin's door: superusers with a second factor, and nobody else."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


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
        return bool(settings.DEMO or is_mfa_enabled(user))
