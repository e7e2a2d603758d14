"""Addresses of the conversations."""

from django.urls import path

from matchmaker.conversations.views import conversation, desk

urlpatterns = [
    path("conversations/<slug:public_id>/", conversation.conversation, name="conversation"),
    path("conversations/<slug:public_id>/read/", conversation.conversation_read, name="conversation_read"),
    path("conversations/<slug:public_id>/block/", conversation.conversation_block, name="conversation_block"),
    path(
        "conversations/<slug:public_id>/<int:pk>/report/",
        conversation.conversation_report,
        name="conversation_report",
    ),
    path(
        "conversations/<slug:public_id>/<int:pk>/file/",
        conversation.conversation_file,
        name="conversation_file",
    ),
    path("desk/messages/", desk.desk_messages, name="desk_messages"),
    path("desk/messages/<int:pk>/", desk.desk_message_first, name="desk_message_first"),
    path("desk/messages/<int:pk>/file/", desk.desk_message_file, name="desk_message_file"),
    path("desk/messages/reports/<int:pk>/", desk.desk_message_report, name="desk_message_report"),
]
