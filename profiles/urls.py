"""Addresses of accounts and profiles."""

from django.urls import URLPattern, path

from profiles.views import accounts, deal, demo, investor, standing, startup, team, thesis

urlpatterns: list[URLPattern] = [
    path("join/", accounts.join, name="join"),
    path("accounts/signup/", accounts.SignUpView.as_view(), name="account_signup"),
    path("settings/", accounts.account_settings, name="account_settings"),
    path("i18n/setlang/", accounts.set_language, name="set_language"),
    path("demo/sign-in/<slug:persona>/", demo.demo_sign_in, name="demo_sign_in"),
    path("demo/mail/", demo.demo_mail, name="demo_mail"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.team_invite, name="team_invite"),
    path("team/leave/", team.team_leave, name="team_leave"),
    path("team/<int:pk>/remove/", team.team_remove, name="team_remove"),
    path("team/<int:pk>/owner/", team.team_owner, name="team_owner"),
    path("invitations/<int:pk>/withdraw/", team.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", team.invitation_accept, name="invitation_accept"),
    path("startup/status/", standing.startup_status, name="startup_status"),
    path("startup/preview/", standing.startup_preview, name="startup_preview"),
    path("startup/submit/", standing.startup_submit, name="startup_submit"),
    path("startup/<slug:step>/", startup.startup_edit, name="startup_edit"),
    path("investor/profile/", investor.investor_edit, name="investor_edit"),
    path("investor/theses/", thesis.thesis_list, name="thesis_list"),
    path("investor/theses/new/", thesis.thesis_edit, name="thesis_create"),
    path("investor/theses/fit/", thesis.thesis_fit, name="thesis_fit"),
    path("investor/theses/<int:pk>/", thesis.thesis_edit, name="thesis_edit"),
    path("investor/theses/<int:pk>/delete/", thesis.thesis_delete, name="thesis_delete"),
    path("investor/offers/", investor.offer_list, name="offer_list"),
    path("investor/deals/", deal.deal_list, name="deal_list"),
    path("investor/deals/new/", deal.deal_edit, name="deal_create"),
    path("investor/deals/<int:pk>/", deal.deal_edit, name="deal_edit"),
    path("investor/deals/<int:pk>/delete/", deal.deal_delete, name="deal_delete"),
    path("investor/status/", standing.investor_status, name="investor_status"),
    path("investor/preview/", standing.investor_preview, name="investor_preview"),
    path("investor/submit/", standing.investor_submit, name="investor_submit"),
]
