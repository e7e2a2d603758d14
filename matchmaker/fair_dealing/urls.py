"""Addresses of fair dealing."""

from django.urls import path

from matchmaker.fair_dealing.views import desk, figures, pairs

urlpatterns = [
    path("matches/<slug:public_id>/fair-dealing/", pairs.fair_dealing, name="fair_dealing"),
    path("matches/<slug:public_id>/fair-dealing/ask/", pairs.disclosure_ask, name="disclosure_ask"),
    path("matches/<slug:public_id>/fair-dealing/<slug:code>/", pairs.check_answer, name="check_answer"),
    path("matches/<slug:public_id>/terms/", pairs.fair_terms, name="fair_terms"),
    path("matches/<slug:public_id>/terms/open/", pairs.fair_terms_open, name="fair_terms_open"),
    path("matches/<slug:public_id>/terms/print/", pairs.fair_terms_print, name="fair_terms_print"),
    path("context/", figures.market_context, name="market_context"),
    path("startup/dependency/", figures.startup_dependency, name="startup_dependency"),
    path("desk/concentration/", desk.concentration, name="concentration"),
    path("desk/screening/", desk.screening, name="screening"),
    path("desk/screening/<int:pk>/", desk.screening_candidate, name="screening_candidate"),
    path("desk/governance/", desk.governance, name="governance"),
    path("desk/governance/<slug:code>/", desk.governance_check, name="governance_check"),
]
