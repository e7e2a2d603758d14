"""Addresses of programmes."""

from django.urls import include, path

from matchmaker.events.programmes.views import applications, cohort, invitations, jury, outcomes, programmes

of_one = [
    path("", programmes.show_programme, name="programme"),
    path("card.png", programmes.programme_card, name="programme_card"),
    path("edit/", programmes.programme_edit, name="programme_edit"),
    path("dates/", programmes.programme_dates, name="programme_dates"),
    path("texts/", programmes.programme_texts, name="programme_texts"),
    path("move/", programmes.programme_move, name="programme_move"),
    path("apply/<slug:kind>/", applications.apply, name="programme_apply"),
    path("withdraw/<slug:kind>/", applications.withdraw, name="programme_withdraw"),
    path("take-part/", applications.take_part, name="programme_take_part"),
    path("applications/", applications.show_applications, name="programme_applications"),
    path("applications/decide/", applications.decide_together, name="programme_decide"),
    path("applications/<int:pk>/", applications.show_application, name="programme_application"),
    path("cohort/", cohort.show_cohort, name="programme_cohort"),
    path("files/<int:pk>/", cohort.save_file, name="programme_file"),
    path("files/<int:pk>/remove/", cohort.remove_file, name="programme_file_remove"),
    path("organisers/", invitations.show_hosts, name="programme_hosts"),
    path("organisers/<int:pk>/", invitations.host_act, name="programme_host"),
    path("outcomes/", outcomes.show_outcomes, name="programme_outcomes"),
    path("outcomes/<int:pk>/", outcomes.outcome_act, name="programme_outcome"),
    path("sessions/<int:pk>/", cohort.show_session, name="programme_session"),
    path("sessions/<int:pk>/remove/", cohort.remove_session, name="programme_session_remove"),
    path("teams/", cohort.teams, name="programme_teams"),
    path("teams/<int:pk>/", cohort.team_act, name="programme_team"),
    path("proposal/<int:pk>/", cohort.proposal, name="programme_proposal"),
    path("invitations/", invitations.show_invitations, name="programme_invitations"),
    path("invitations/company/", invitations.invite_company, name="programme_invite_company"),
    path("invitations/<int:pk>/end/", invitations.end_invitation, name="programme_invitation_end"),
    path("jury/", jury.show_jury, name="programme_jury"),
    path("jury/<int:pk>/remove/", jury.remove, name="programme_reviewer_remove"),
    path("criteria/", jury.write_criteria, name="programme_criteria"),
    path("results/", jury.results, name="programme_results"),
    path("results/print/", jury.sheet, name="programme_sheet"),
    path("results/<slug:form>/", jury.export, name="programme_export"),
    path("review/", jury.review_list, name="programme_review_list"),
    path("review/<int:pk>/", jury.review_one, name="programme_review_one"),
]

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/yours/", programmes.own_programmes, name="own_programmes"),
    path("programmes/new/", programmes.programme_edit, name="programme_create"),
    path("programmes/card/", cohort.person_card, name="person_card"),
    path("programmes/agenda/<slug:token>.ics", cohort.feed, name="programme_feed"),
    path("programmes/attend/<slug:code>/", cohort.attend, name="programme_attend"),
    path("programmes/join/<slug:token>/", invitations.join, name="programme_join"),
    path("programmes/<slug:public_id>/", include(of_one)),
    path("desk/programmes/", programmes.programme_reviews, name="programme_reviews"),
    path("desk/programmes/<slug:public_id>/", programmes.programme_review, name="programme_review"),
]
