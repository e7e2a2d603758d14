"""Meetings, for reading: when, never where, and never what a company answered afterwards."""

from django.contrib import admin

from matchmaker.admin.records import OF_A_PAIR
from matchmaker.models import Meeting, MeetingReply, MeetingSlot, MeetingStep
from profiles.admin.base import ReadOnlyAdmin

OF_ITS_PAIR = tuple(f"meeting__introduction__{name}" for name in OF_A_PAIR)


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    """Meetings, without where the two companies meet."""

    list_display = ("introduction", "state", "proposed_by", "starts_at", "ends_at")
    list_select_related = ("introduction",)
    list_filter = ("state",)
    search_fields = tuple(f"introduction__{name}" for name in OF_A_PAIR)
    exclude = ("call_address",)


@admin.register(MeetingStep)
class MeetingStepAdmin(ReadOnlyAdmin):
    """What moved meetings, and when."""

    list_display = ("meeting", "act", "source", "target", "side", "by", "at")
    list_select_related = ("meeting", "by")
    list_filter = ("act",)
    search_fields = OF_ITS_PAIR


@admin.register(MeetingSlot)
class MeetingSlotAdmin(ReadOnlyAdmin):
    """Times on offer."""

    list_display = ("meeting", "starts_at", "minutes")
    list_select_related = ("meeting",)
    search_fields = OF_ITS_PAIR


@admin.register(MeetingReply)
class MeetingReplyAdmin(ReadOnlyAdmin):
    """That a company answered how a meeting went, not what."""

    list_display = ("meeting", "side", "at")
    list_select_related = ("meeting",)
    list_filter = ("side",)
    search_fields = OF_ITS_PAIR
    exclude = ("answer",)
