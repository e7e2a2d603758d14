"""Addresses of the curators' desk."""

from django.urls import path

from matchmaker.desk import views as desk
from matchmaker.ranking import views
from profiles.curation import views as curation_views
from profiles.taxonomy import views as taxonomy

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reviews/", curation_views.reviews, name="reviews"),
    path("reviews/<slug:kind>/<slug:public_id>/", curation_views.review, name="review"),
    path("reviews/<slug:kind>/<slug:public_id>/open/", curation_views.review_open, name="review_open"),
    path("pairings/", desk.pairings, name="pairings"),
    path("pairings/<slug:startup>/<slug:investor>/", desk.pairing, name="pairing"),
    path("pins/<int:pk>/release/", desk.pin_release, name="pin_release"),
    path("attention/", desk.attention, name="attention"),
    path("taxonomy/", taxonomy.taxonomy, name="taxonomy"),
    path("taxonomy/add/", taxonomy.sector_add, name="sector_add"),
    path("taxonomy/<slug:code>/", taxonomy.sector, name="sector"),
    path("taxonomy/<slug:code>/merge/", taxonomy.sector_merge, name="sector_merge"),
    path("weights/", views.weights, name="weights"),
    path("weights/preview/", views.weights_preview, name="weights_preview"),
    path("weights/learn/", views.weights_learn, name="weights_learn"),
    path("weights/apply/", views.weights_apply, name="weights_apply"),
    path("weights/<int:version>/back/", views.weights_roll_back, name="weights_roll_back"),
    path("runs/", views.runs, name="runs"),
    path("runs/ask/", views.run_ask, name="run_ask"),
    path("runs/<int:pk>/", views.run_progress, name="run_progress"),
    path("jobs/<int:pk>/retry/", views.job_retry, name="job_retry"),
    path("audit/", curation_views.audit, name="audit"),
    path("audit/export/", curation_views.audit_export, name="audit_export"),
]
