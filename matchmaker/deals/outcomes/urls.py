"""Addresses of outcomes of introductions."""

from django.urls import path

from matchmaker.deals.outcomes import views

urlpatterns = [
    path("introductions/<slug:public_id>/outcomes/", views.outcomes, name="outcomes"),
    path("introductions/<slug:public_id>/outcomes/none/", views.outcome_none, name="outcome_none"),
    path("introductions/<slug:public_id>/outcomes/<int:pk>/", views.outcome_answer, name="outcome_answer"),
    path("desk/outcomes/", views.outcome_disputes, name="outcome_disputes"),
    path("desk/outcomes/<int:pk>/", views.outcome_read, name="outcome_read"),
    path(
        "desk/outcomes/programmes/<int:pk>/read/",
        views.outcome_read,
        {"of_programme": True},
        name="programme_outcome_read",
    ),
]
