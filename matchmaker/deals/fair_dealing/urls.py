"""Addresses of fair dealing."""

from django.urls import path

from matchmaker.deals.fair_dealing import views

urlpatterns = [
    path("matches/<slug:public_id>/fair-dealing/", views.fair_dealing, name="fair_dealing"),
    path("matches/<slug:public_id>/fair-dealing/ask/", views.disclosure_ask, name="disclosure_ask"),
    path("matches/<slug:public_id>/fair-dealing/<slug:code>/", views.check_answer, name="check_answer"),
    path("matches/<slug:public_id>/terms/", views.fair_terms, name="fair_terms"),
    path("matches/<slug:public_id>/terms/open/", views.fair_terms_open, name="fair_terms_open"),
    path("matches/<slug:public_id>/terms/print/", views.fair_terms_print, name="fair_terms_print"),
    path("context/", views.market_context, name="market_context"),
    path("startup/dependency/", views.startup_dependency, name="startup_dependency"),
    path("desk/concentration/", views.concentration, name="concentration"),
    path("desk/screening/", views.screening, name="screening"),
    path("desk/screening/<int:pk>/", views.screening_candidate, name="screening_candidate"),
    path("desk/governance/", views.governance, name="governance"),
    path("desk/governance/<slug:code>/", views.governance_check, name="governance_check"),
    path("desk/governance/<slug:code>/rule/", views.governance_rule, name="governance_rule"),
    path("desk/governance/<slug:code>/rule/count/", views.governance_count, name="governance_count"),
    path(
        "desk/governance/<slug:code>/versions/<int:version>/",
        views.governance_restore,
        name="governance_restore",
    ),
]
