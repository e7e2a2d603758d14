"""The addresses of deals, and the old ones of their lists."""

from django.urls import path

from matchmaker.deals.pipeline import views

urlpatterns = [
    path("deals/", views.pipeline, name="pipeline"),
    path("deals/<slug:public_id>/", views.pipeline_notes, name="pipeline_notes"),
    path("deals/<slug:public_id>/move/", views.pipeline_move, name="pipeline_move"),
    path("introductions/", views.moved, {"stage": ""}, name="introductions_moved"),
    path("shortlist/", views.moved, {"stage": "shortlisted"}, name="shortlist_moved"),
]
