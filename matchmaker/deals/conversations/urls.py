"""Addresses of the conversations."""

from django.urls import path

from matchmaker.deals.conversations import views

urlpatterns = [
    path("conversations/<slug:public_id>/", views.conversation, name="conversation"),
    path("conversations/<slug:public_id>/read/", views.conversation_read, name="conversation_read"),
    path("conversations/<slug:public_id>/block/", views.conversation_block, name="conversation_block"),
    path(
        "conversations/<slug:public_id>/<int:pk>/report/",
        views.conversation_report,
        name="conversation_report",
    ),
    path(
        "conversations/<slug:public_id>/<int:pk>/translation/",
        views.conversation_translation,
        name="conversation_translation",
    ),
    path("conversations/<slug:public_id>/<int:pk>/file/", views.conversation_file, name="conversation_file"),
    path("desk/messages/", views.desk_messages, name="desk_messages"),
    path("desk/messages/<int:pk>/", views.desk_message_first, name="desk_message_first"),
    path("desk/messages/<int:pk>/file/", views.desk_message_file, name="desk_message_file"),
    path("desk/messages/reports/<int:pk>/", views.desk_message_report, name="desk_message_report"),
]
