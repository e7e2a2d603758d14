"""Addresses of pilots."""

from django.urls import path

from matchmaker.pilots.views import applicants, board, desk, hosts

urlpatterns = [
    path("pilots/", board.pilots, name="pilots"),
    path("pilots/calendar/", board.pilot_calendar, name="pilot_calendar"),
    path("pilots/yours/", applicants.own_pilots, name="own_pilots"),
    path("pilots/new/", hosts.pilot_edit, name="pilot_create"),
    path("pilots/<slug:public_id>/", board.pilot, name="pilot"),
    path("pilots/<slug:public_id>/edit/", hosts.pilot_edit, name="pilot_edit"),
    path("pilots/<slug:public_id>/move/", hosts.pilot_move, name="pilot_move"),
    path("pilots/<slug:public_id>/open/", hosts.pilot_open, name="pilot_open"),
    path("pilots/<slug:public_id>/results/", hosts.pilot_results, name="pilot_results"),
    path("pilots/<slug:public_id>/candidates/", hosts.pilot_candidates, name="pilot_candidates"),
    path("pilots/<slug:public_id>/applications/<int:pk>/", hosts.pilot_answer, name="pilot_answer"),
    path("pilots/<slug:public_id>/apply/", applicants.pilot_apply, name="pilot_apply"),
    path("pilots/<slug:public_id>/seat/", applicants.pilot_seat, name="pilot_seat"),
    path("desk/pilots/", desk.pilot_reviews, name="pilot_reviews"),
    path("desk/pilots/<slug:public_id>/", desk.pilot_review, name="pilot_review"),
]
