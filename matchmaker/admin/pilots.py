"""Pilots, applications and their steps. For reading, without what companies wrote to each other."""

from django.contrib import admin

from matchmaker.models import Pilot, PilotAim, PilotApplication, PilotStep
from profiles.admin.base import ReadOnlyAdmin


@admin.register(Pilot)
class PilotAdmin(ReadOnlyAdmin):
    """Pilots, as the board and their hosts show them."""

    list_display = ("public_id", "title_en", "state", "startup", "investor", "place", "seats", "approved_at")
    list_select_related = ("startup", "investor", "place")
    list_filter = ("state", "season")
    search_fields = ("public_id", "title_en", "startup__name_en", "investor__name_en")


@admin.register(PilotAim)
class PilotAimAdmin(ReadOnlyAdmin):
    """What is measured."""

    list_display = ("pilot", "position", "measure", "success", "is_reached")
    list_select_related = ("pilot",)
    search_fields = ("pilot__public_id", "measure")


@admin.register(PilotApplication)
class PilotApplicationAdmin(ReadOnlyAdmin):
    """Who applied for what, and how it stands, without the words."""

    list_display = ("pilot", "startup", "investor", "state", "seat", "at", "answered_at", "confirmed_at")
    list_select_related = ("pilot", "startup", "investor")
    list_filter = ("state",)
    search_fields = ("pilot__public_id", "startup__name_en", "investor__name_en")
    exclude = ("words",)


@admin.register(PilotStep)
class PilotStepAdmin(ReadOnlyAdmin):
    """What moved pilots and applications, and when."""

    list_display = ("pilot", "application", "act", "source", "target", "by", "at")
    list_select_related = ("pilot", "application", "by")
    list_filter = ("act",)
    search_fields = ("pilot__public_id",)
