"""Addresses of missions."""

from django.urls import path

from matchmaker.missions.views import missions, participants, plans

urlpatterns = [
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
    path(
        "programmes/<slug:public_id>/mission/<slug:delegation>/schedule/",
        participants.show_schedule,
        name="mission_schedule",
    ),
    path(
        "programmes/<slug:public_id>/mission/meetings/<slug:key>/",
        participants.answer_meeting,
        name="mission_meeting",
    ),
]
