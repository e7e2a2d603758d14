"""Addresses of possible duplicates and merges."""

from django.urls import include, path

from matchmaker.desk.duplicates import views

PAIR = "<slug:kind>/<slug:public_id>/<slug:other>/"

under = [
    path("", views.duplicates, name="duplicates"),
    path("merges/<int:pk>/undo/", views.merge_undo, name="merge_undo"),
    path("<slug:kind>/<slug:public_id>/", views.duplicate_find, name="duplicate_find"),
    path(PAIR, views.duplicate_pair, name="duplicate_pair"),
    path(f"{PAIR}preview/", views.duplicate_preview, name="duplicate_preview"),
    path(f"{PAIR}merge/", views.duplicate_merge, name="duplicate_merge"),
    path(f"{PAIR}decide/", views.duplicate_decide, name="duplicate_decide"),
]
urlpatterns = [path("desk/duplicates/", include(under))]
