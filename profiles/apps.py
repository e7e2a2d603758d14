"""The app's configuration."""

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Who they are."""

    name = "profiles"
    default_auto_field = "django.db.models.BigAutoField"
