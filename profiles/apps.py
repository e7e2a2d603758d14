"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    """Who they are."""

    name = "profiles"
    verbose_name = _("Companies and people")
    default_auto_field = "django.db.models.BigAutoField"
