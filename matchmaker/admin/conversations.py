"""Conversations: that they happen, not what is said. For reading."""

from django.contrib import admin

from matchmaker.admin.records import OF_A_PAIR
from matchmaker.models import CompanyBlock, Message, MessageReport, ReadMark
from profiles.admin.base import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """That a side wrote to the other, and when; the words and the file are the two sides' own."""

    list_display = ("side", "startup", "investor", "state", "by", "at", "file_kind", "file_size")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side", "state", "file_kind")
    search_fields = OF_A_PAIR
    fields = ("side", "startup", "investor", "state", "by", "at", "delivered_at", "file_kind", "file_size")


@admin.register(MessageReport, CompanyBlock)
class ConversationActAdmin(ReadOnlyAdmin):
    """That a side reported a message or blocked the other; why is the curators' to read."""

    list_display = ("side", "startup", "investor", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side",)
    search_fields = OF_A_PAIR
    fields = ("side", "startup", "investor", "by", "at")


@admin.register(ReadMark)
class ReadMarkAdmin(ReadOnlyAdmin):
    """Up to when somebody has read."""

    list_display = ("introduction", "user", "up_to")
    list_select_related = ("introduction", "user")
    search_fields = ("user__email",)
