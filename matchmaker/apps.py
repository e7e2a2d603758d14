"""The app's configuration, and the admin site with a second factor."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class MatchmakerConfig(AppConfig):
    """Who should meet. Receives the profiles' one signal."""

    name = "matchmaker"
    default = True
    default_auto_field = "django.db.models.BigAutoField"


class CorridorAdminConfig(admin_apps.AdminConfig):
    """Django's admin behind our own door."""

    default = False
    default_site = "matchmaker.admin.site.CorridorAdminSite"
