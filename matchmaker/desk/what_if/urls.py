"""Addresses of previews."""

from django.urls import path

from matchmaker.desk.what_if import views

urlpatterns = [
    path("desk/weights/compare/", views.what_if_weights, name="what_if_weights"),
    path("desk/what-if/sectors/", views.what_if_sectors, name="what_if_sectors"),
    path("desk/weights/learned/", views.learned, name="learned"),
    path("desk/weights/learned/<int:pk>/apply/", views.learned_apply, name="learned_apply"),
    path("desk/what-if/<int:pk>/", views.what_if, name="what_if"),
    path("desk/what-if/<int:pk>/progress/", views.what_if_progress, name="what_if_progress"),
]
