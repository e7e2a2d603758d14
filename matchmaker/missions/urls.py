"""Addresses of missions."""

from django.urls import path

from matchmaker.missions.views import board, day, missions, participants, plans

on_the_day = [
    path("schedules/<slug:token>/", day.open_day, name="mission_day_open"),
    path("schedules/<slug:token>.ics", day.feed, name="mission_feed"),
    path("programmes/<slug:public_id>/day/board/", board.show_board, name="mission_board"),
    path("programmes/<slug:public_id>/day/check-in/", board.check_in, name="mission_check_in"),
    path("programmes/<slug:public_id>/day/here/<slug:code>/", day.here, name="mission_here"),
    path("programmes/<slug:public_id>/day/changes/", board.show_changes, name="mission_changes"),
    path("programmes/<slug:public_id>/day/changes/<int:pk>/", board.show_proposal, name="mission_proposal"),
    path(
        "programmes/<slug:public_id>/day/papers/<slug:kind>/<int:part>/",
        board.print_all,
        name="mission_papers",
    ),
    path("programmes/<slug:public_id>/day/meetings/<slug:key>/", day.meeting, name="mission_day_meeting"),
    path("programmes/<slug:public_id>/day/meetings/<slug:key>/note/", day.note, name="mission_note"),
    path("programmes/<slug:public_id>/day/<slug:delegation>/", day.show_day, name="mission_day"),
    path("programmes/<slug:public_id>/day/<slug:delegation>/paper/", day.print_day, name="mission_day_paper"),
]

urlpatterns = [
    *on_the_day,
    path("programmes/<slug:public_id>/mission/", missions.show_mission, name="mission"),
    path("programmes/<slug:public_id>/mission/set-up/", missions.set_up, name="mission_set_up"),
    path("programmes/<slug:public_id>/mission/slots/", missions.block_slots, name="mission_slots"),
    path("programmes/<slug:public_id>/mission/wishes/", missions.move_wishes, name="mission_move"),
    path("programmes/<slug:public_id>/mission/rooms/", missions.rooms, name="mission_rooms"),
    path(
        "programmes/<slug:public_id>/mission/rooms/<slug:kind>/<int:pk>/remove/",
        missions.remove_room,
        name="mission_room_remove",
    ),
    path(
        "programmes/<slug:public_id>/mission/delegations/", missions.delegations, name="mission_delegations"
    ),
    path("programmes/<slug:public_id>/mission/plans/", plans.show_plans, name="mission_plans"),
    path("programmes/<slug:public_id>/mission/plans/<int:pk>/", plans.show_plan, name="mission_plan"),
    path(
        "programmes/<slug:public_id>/mission/plans/<int:pk>/progress/",
        plans.progress,
        name="mission_plan_progress",
    ),
    path(
        "programmes/<slug:public_id>/mission/<slug:delegation>/",
        participants.edit_delegation,
        name="mission_delegation",
    ),
    path(
        "programmes/<slug:public_id>/mission/<slug:delegation>/second/",
        participants.add_second,
        name="mission_second",
    ),
    path(
        "programmes/<slug:public_id>/mission/<slug:delegation>/wishes/",
        participants.wishes_of,
        name="mission_wishes",
    ),
]
