"""Addresses of missions."""

from django.urls import include, path

from matchmaker.events.missions.views import board, day, missions

on_the_day = [
    path("board/", board.show_board, name="mission_board"),
    path("check-in/", board.check_in, name="mission_check_in"),
    path("here/<slug:code>/", day.here, name="mission_here"),
    path("by-hand/", board.change_by_hand, name="mission_by_hand"),
    path("changes/", board.show_changes, name="mission_changes"),
    path("changes/<int:pk>/", board.show_proposal, name="mission_proposal"),
    path("papers/<slug:kind>/<int:part>/", board.print_all, name="mission_papers"),
    path("meetings/<slug:key>/", day.meeting, name="mission_day_meeting"),
    path("meetings/<slug:key>/note/", day.note, name="mission_note"),
    path("<slug:delegation>/", day.show_day, name="mission_day"),
    path("<slug:delegation>/paper/", day.print_day, name="mission_day_paper"),
]

before_it = [
    path("", missions.show_mission, name="mission"),
    path("set-up/", missions.set_up, name="mission_set_up"),
    path("slots/", missions.block_slots, name="mission_slots"),
    path("wishes/", missions.move_wishes, name="mission_move"),
    path("rooms/", missions.rooms, name="mission_rooms"),
    path("rooms/<int:pk>/reserve/", board.reserve_table, name="mission_room_reserve"),
    path("rooms/<slug:kind>/<int:pk>/remove/", missions.remove_room, name="mission_room_remove"),
    path("delegations/", missions.delegations, name="mission_delegations"),
    path("plans/", missions.show_plans, name="mission_plans"),
    path("plans/<int:pk>/", missions.show_plan, name="mission_plan"),
    path("plans/<int:pk>/progress/", missions.progress, name="mission_plan_progress"),
    path("<slug:delegation>/", missions.edit_delegation, name="mission_delegation"),
    path("<slug:delegation>/second/", missions.add_second, name="mission_second"),
    path("<slug:delegation>/wishes/", missions.wishes_of, name="mission_wishes"),
]

urlpatterns = [
    path("schedules/<slug:token>/", day.open_day, name="mission_day_open"),
    path("schedules/<slug:token>.ics", day.feed, name="mission_feed"),
    path("programmes/<slug:public_id>/day/", include(on_the_day)),
    path("programmes/<slug:public_id>/mission/", include(before_it)),
]
