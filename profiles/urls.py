"""Addresses of accounts and profiles."""

from allauth.account.views import password_set
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.socialaccount.providers.weixin import views as weixin
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path, re_path

from profiles.companies.cards import views as cards
from profiles.companies.claims import views as claims
from profiles.companies.evidence import views as evidence
from profiles.companies.held_edits import views as held_edits
from profiles.companies.pictures import views as pictures
from profiles.companies.steps.views import own_rows, start, status, steps
from profiles.curation.freshness import views as freshness
from profiles.curation.reviews import views as curation
from profiles.guards import fresh_proof_required
from profiles.people.accounts import views as accounts
from profiles.platform.drafts import views as drafts
from profiles.platform.notifications import views as notices

urlpatterns: list[URLPattern] = [
    path("join/", accounts.join, name="join"),
    path("accounts/signup/", accounts.SignUpView.as_view(), name="account_signup"),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        accounts.ConfirmView.as_view(),
        name="account_confirm_email",
    ),
    path(
        "accounts/password/reset/", accounts.LimitedPasswordResetView.as_view(), name="account_reset_password"
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/set/",
        login_required(fresh_proof_required(password_set)),
        name="account_set_password",
    ),
    path("accounts/3rdparty/signup/", accounts.ProviderSignUpView.as_view(), name="socialaccount_signup"),
    path(
        "accounts/oidc/<slug:provider_id>/login/",
        accounts.asks_a_provider(openid.login),
        name="openid_connect_login",
    ),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        accounts.asks_a_provider(openid.callback),
        name="openid_connect_callback",
    ),
    path("accounts/weixin/login/", accounts.asks_a_provider(weixin.oauth2_login), name="weixin_login"),
    path(
        "accounts/weixin/login/callback/",
        accounts.asks_a_provider(weixin.oauth2_callback),
        name="weixin_callback",
    ),
    path("settings/", accounts.account_settings, name="account_settings"),
    path("drafts/", drafts.draft_save, name="draft_save"),
    path("drafts/discard/", drafts.draft_discard, name="draft_discard"),
    path("settings/side/", accounts.switch_side, name="switch_side"),
    path("settings/mails/", notices.mail_settings, name="mail_settings"),
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.notices_bell, name="notices_bell"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice_open"),
    path("notices/<int:pk>/seen/", notices.notice_seen, name="notice_seen"),
    path("u/<str:token>/", notices.unsubscribe, name="unsubscribe"),  # short: it stands in a mail's header
    path("i18n/setlang/", accounts.set_language, name="set_language"),
    path("demo/sign-in/<slug:persona>/", accounts.demo_sign_in, name="demo_sign_in"),
    path("demo/mail/", accounts.demo_mail, name="demo_mail"),
    path("profile/still-true/", freshness.still_true, name="still_true"),
    path("profile/edit/take-back/", held_edits.edit_take_back, name="edit_take_back"),
    path("profile/proposals/", steps.proposal_answer, name="proposal_answer"),
    path("profile/amount/", steps.amount, name="amount"),
    path("profile/read/", steps.read_typed, name="read_typed"),
    path("card/", cards.own_card, name="own_card"),
    path("card/file/", cards.own_card_file, name="own_card_file"),
    path("pictures/", pictures.pictures, name="pictures"),
    path("pictures/<slug:key>/remove/", pictures.picture_remove, name="picture_remove"),
    path("desk/pictures/", pictures.desk_pictures, name="desk_pictures"),
    path("desk/pictures/<int:pk>/", pictures.desk_picture, name="desk_picture"),
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence/add/", evidence.evidence_add, name="evidence_add"),
    path("evidence/domain/", evidence.evidence_domain, name="evidence_domain"),
    path("evidence/domain/<str:token>/", evidence.evidence_domain_link, name="evidence_domain_link"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("evidence/<int:pk>/file/", evidence.evidence_file, name="evidence_file"),
    path(
        "evidence/endorsements/<int:pk>/withdraw/", evidence.endorsement_withdraw, name="endorsement_withdraw"
    ),
    path("desk/evidence/", evidence.desk_evidence, name="desk_evidence"),
    path("desk/evidence/<int:pk>/", evidence.desk_evidence_one, name="desk_evidence_one"),
    path("desk/evidence/<int:pk>/file/", evidence.desk_evidence_file, name="desk_evidence_file"),
    path("team/", accounts.team, name="team"),
    path("team/invite/", accounts.team_invite, name="team_invite"),
    path("team/leave/", accounts.team_leave, name="team_leave"),
    path("team/<int:pk>/remove/", accounts.team_remove, name="team_remove"),
    path("team/<int:pk>/owner/", accounts.team_owner, name="team_owner"),
    path("invitations/<int:pk>/withdraw/", accounts.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", accounts.invitation_accept, name="invitation_accept"),
    path("company/start/", start.company_start, name="company_start"),
    path("startup/status/", status.startup_status, name="startup_status"),
    path("startup/preview/", status.startup_preview, name="startup_preview"),
    path("startup/consents/", status.startup_consents, name="startup_consents"),
    path("startup/submit/", status.startup_submit, name="startup_submit"),
    path("claim/<str:token>/", claims.claim, name="claim"),
    path("claim-company/<slug:public_id>/", claims.claim_same, name="claim_same"),
    path("startup/appeal/", curation.startup_appeal, name="startup_appeal"),
    path("startup/<slug:step>/", steps.startup_edit, name="startup_edit"),
    path("investor/profile/", steps.investor_edit, name="investor_edit"),
    path("investor/theses/", own_rows.thesis_list, name="thesis_list"),
    path("investor/theses/new/", own_rows.thesis_edit, name="thesis_create"),
    path("investor/theses/fit/", own_rows.thesis_fit, name="thesis_fit"),
    path("investor/theses/<int:pk>/", own_rows.thesis_edit, name="thesis_edit"),
    path("investor/theses/<int:pk>/delete/", own_rows.thesis_delete, name="thesis_delete"),
    path("investor/offers/", own_rows.offer_list, name="offer_list"),
    path("company/<slug:kind>/new/", own_rows.row_edit, name="row_create"),
    path("company/<slug:kind>/<int:key>/", own_rows.row_edit, name="row_edit"),
    path("company/<slug:kind>/<int:key>/remove/", own_rows.row_remove, name="row_remove"),
    path("investor/deals/", own_rows.deal_list, name="deal_list"),
    path("investor/deals/new/", own_rows.deal_edit, name="deal_create"),
    path("investor/deals/<int:pk>/", own_rows.deal_edit, name="deal_edit"),
    path("investor/deals/<int:pk>/delete/", own_rows.deal_delete, name="deal_delete"),
    path("investor/status/", status.investor_status, name="investor_status"),
    path("investor/preview/", status.investor_preview, name="investor_preview"),
    path("investor/consents/", status.investor_consents, name="investor_consents"),
    path("investor/submit/", status.investor_submit, name="investor_submit"),
    path("investor/appeal/", curation.investor_appeal, name="investor_appeal"),
]
