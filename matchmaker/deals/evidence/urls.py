"""Addresses of the evidence between two companies."""

from django.urls import path

from matchmaker.deals.evidence import views

urlpatterns = [
    path("introductions/<slug:public_id>/evidence/", views.evidence_page, name="pair_evidence"),
    path(
        "introductions/<slug:public_id>/evidence/endorse/",
        views.evidence_endorse,
        name="pair_evidence_endorse",
    ),
    path(
        "introductions/<slug:public_id>/evidence/<int:pk>/", views.evidence_grant, name="pair_evidence_grant"
    ),
    path(
        "introductions/<slug:public_id>/evidence/<int:pk>/file/",
        views.pair_evidence_file,
        name="pair_evidence_file",
    ),
]
