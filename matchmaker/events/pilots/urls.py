"""Addresses of pilots."""

from django.urls import path

from matchmaker.events.pilots import views

urlpatterns = [
    path("pilots/", views.pilot_board, name="pilots"),
    path("pilots/calendar/", views.pilot_calendar, name="pilot_calendar"),
    path("pilots/yours/", views.own_pilots, name="own_pilots"),
    path("pilots/new/", views.pilot_edit, name="pilot_create"),
    path("pilots/<slug:public_id>/", views.show_pilot, name="pilot"),
    path("pilots/<slug:public_id>/edit/", views.pilot_edit, name="pilot_edit"),
    path("pilots/<slug:public_id>/move/", views.pilot_move, name="pilot_move"),
    path("pilots/<slug:public_id>/open/", views.pilot_open, name="pilot_open"),
    path("pilots/<slug:public_id>/results/", views.pilot_results, name="pilot_results"),
    path("pilots/<slug:public_id>/candidates/", views.pilot_candidates, name="pilot_candidates"),
    path("pilots/<slug:public_id>/invite/", views.pilot_invite, name="pilot_invite"),
    path("pilots/<slug:public_id>/applications/<int:pk>/", views.pilot_answer, name="pilot_answer"),
    path("pilots/<slug:public_id>/apply/", views.pilot_apply, name="pilot_apply"),
    path("pilots/<slug:public_id>/seat/", views.pilot_slot, name="pilot_seat"),
    path("desk/pilots/", views.pilot_reviews, name="pilot_reviews"),
    path("desk/pilots/<slug:public_id>/", views.pilot_review, name="pilot_review"),
]
