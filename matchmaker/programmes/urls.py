"""Addresses of programmes."""

from django.urls import path

from matchmaker.programmes.views import applications, cohort, hosts, jury, outcomes, people, programmes

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/yours/", programmes.own_programmes, name="own_programmes"),
    path("programmes/new/", programmes.programme_edit, name="programme_create"),
    path("programmes/card/", people.person_card, name="person_card"),
    path("programmes/agenda/<slug:token>.ics", cohort.feed, name="programme_feed"),
    path("programmes/attend/<slug:code>/", cohort.attend, name="programme_attend"),
    path("programmes/<slug:public_id>/", programmes.show_programme, name="programme"),
    path("programmes/<slug:public_id>/card.png", programmes.programme_card, name="programme_card"),
    path("programmes/<slug:public_id>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<slug:public_id>/dates/", programmes.programme_dates, name="programme_dates"),
    path("programmes/<slug:public_id>/move/", programmes.programme_move, name="programme_move"),
    path("programmes/<slug:public_id>/apply/<slug:kind>/", applications.apply, name="programme_apply"),
    path(
        "programmes/<slug:public_id>/withdraw/<slug:kind>/", applications.withdraw, name="programme_withdraw"
    ),
    path(
        "programmes/<slug:public_id>/applications/",
        applications.show_applications,
        name="programme_applications",
    ),
    path(
        "programmes/<slug:public_id>/applications/<int:pk>/",
        applications.show_application,
        name="programme_application",
    ),
    path("programmes/<slug:public_id>/cohort/", cohort.show_cohort, name="programme_cohort"),
    path("programmes/<slug:public_id>/files/<int:pk>/", cohort.save_file, name="programme_file"),
    path(
        "programmes/<slug:public_id>/files/<int:pk>/remove/", cohort.remove_file, name="programme_file_remove"
    ),
    path("programmes/<slug:public_id>/organisers/", hosts.show_hosts, name="programme_hosts"),
    path("programmes/<slug:public_id>/organisers/<int:pk>/", hosts.host_act, name="programme_host"),
    path("programmes/<slug:public_id>/outcomes/", outcomes.show_outcomes, name="programme_outcomes"),
    path("programmes/<slug:public_id>/outcomes/<int:pk>/", outcomes.outcome_act, name="programme_outcome"),
    path("programmes/<slug:public_id>/sessions/<int:pk>/", cohort.show_session, name="programme_session"),
    path(
        "programmes/<slug:public_id>/sessions/<int:pk>/remove/",
        cohort.remove_session,
        name="programme_session_remove",
    ),
    path("programmes/<slug:public_id>/teams/", people.teams, name="programme_teams"),
    path("programmes/<slug:public_id>/teams/<int:pk>/", people.team_act, name="programme_team"),
    path("programmes/<slug:public_id>/proposal/<int:pk>/", people.proposal, name="programme_proposal"),
    path("programmes/<slug:public_id>/jury/", jury.show_jury, name="programme_jury"),
    path("programmes/<slug:public_id>/jury/<int:pk>/remove/", jury.remove, name="programme_reviewer_remove"),
    path("programmes/<slug:public_id>/criteria/", jury.write_criteria, name="programme_criteria"),
    path("programmes/<slug:public_id>/results/", jury.results, name="programme_results"),
    path("programmes/<slug:public_id>/results/print/", jury.sheet, name="programme_sheet"),
    path("programmes/<slug:public_id>/results/<slug:form>/", jury.export, name="programme_export"),
    path("programmes/<slug:public_id>/review/", jury.review_list, name="programme_review_list"),
    path("programmes/<slug:public_id>/review/<int:pk>/", jury.review_one, name="programme_review_one"),
    path("desk/programmes/", programmes.programme_reviews, name="programme_reviews"),
    path("desk/programmes/<slug:public_id>/", programmes.programme_review, name="programme_review"),
]
