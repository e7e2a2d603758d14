"""Every address of the site."""

from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from matchmaker.apps import modules_of_capabilities
from matchmaker.deals.introductions import views as introductions
from matchmaker.deals.machine_translation import views as machine_translation
from matchmaker.deals.meetings import views as meetings
from matchmaker.deals.receipts import views as receipts
from matchmaker.matching.lists import views as lists
from matchmaker.matching.pairs import views as pairs
from matchmaker.operations import metrics
from matchmaker.operations import views as operations
from matchmaker.portal.directory import views as directory
from matchmaker.portal.home import views as home
from matchmaker.portal.information import views as information
from matchmaker.portal.own_data import views as own_data
from matchmaker.portal.pictures import views as pictures

for module in modules_of_capabilities("matchmaker.portal.api.{name}"):
    import_module(module)  # adds addresses to the API, before these are read
handler400 = "matchmaker.operations.views.bad_request"
handler500 = "matchmaker.operations.views.server_error"
urlpatterns = [
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", metrics.show, name="metrics"),
    path("", home.front, name="front"),
    path("home/", home.home, name="home"),
    path("matches/", lists.matches, name="matches"),
    path("directory/", directory.directory, name="directory"),
    path("matches/<slug:public_id>/", pairs.match, name="match"),
    path("picture/<slug:key>/<slug:size>/", pictures.picture, name="picture"),
    path("matches/<slug:public_id>/brief/", pairs.match_brief, name="match_brief"),
    path(
        "matches/<slug:public_id>/translation/",
        machine_translation.match_translation,
        name="match_translation",
    ),
    path("matches/<slug:public_id>/pass/", introductions.match_pass, name="match_pass"),
    path("matches/<slug:public_id>/unpass/", introductions.match_unpass, name="match_unpass"),
    path("matches/<slug:public_id>/interest/", introductions.match_interest, name="match_interest"),
    path("matches/<slug:public_id>/shortlist/", introductions.shortlist_toggle, name="shortlist_toggle"),
    path("matches/<slug:public_id>/note/", introductions.shortlist_note, name="shortlist_note"),
    path("advice/", pairs.advice, name="advice"),
    path("advice/ask/", pairs.advice_ask, name="advice_ask"),
    path("passed/", introductions.passed, name="passed"),
    path("shortlist/compare/", introductions.shortlist_compare, name="shortlist_compare"),
    path("introductions/pause/", introductions.introductions_pause, name="introductions_pause"),
    path("introductions/<slug:public_id>/", introductions.introduction, name="introduction"),
    path("introductions/<slug:public_id>/ask/", introductions.introduction_ask, name="introduction_ask"),
    path(
        "introductions/<slug:public_id>/later/", introductions.introduction_later, name="introduction_later"
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/export/", receipts.receipts_export, name="receipts_export"),
    path("introductions/<slug:public_id>/meeting/", meetings.meeting, name="meeting"),
    path("introductions/<slug:public_id>/meeting/take/", meetings.meeting_take, name="meeting_take"),
    path("introductions/<slug:public_id>/meeting/choose/", meetings.meeting_choose, name="meeting_choose"),
    path("introductions/<slug:public_id>/meeting/keep/", meetings.meeting_keep, name="meeting_keep"),
    path("introductions/<slug:public_id>/meeting/cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("introductions/<slug:public_id>/meeting/address/", meetings.meeting_address, name="meeting_address"),
    path("introductions/<slug:public_id>/meeting/reply/", meetings.meeting_reply, name="meeting_reply"),
    path("introductions/<slug:public_id>/meeting/calendar/", meetings.meeting_file, name="meeting_file"),
    path("desk/mails/<int:pk>/retry/", operations.mail_retry, name="mail_retry"),
    path("terms/", information.terms, name="terms"),
    path("privacy/", information.privacy, name="privacy"),
    path("contact/", information.contact, name="contact"),
    path("robots.txt", information.robots, name="robots"),
    path("sitemap.xml", information.sitemap, name="sitemap"),
    path("favicon.ico", information.favicon, name="favicon"),
    re_path(
        rf"^(?P<language>{'|'.join(code for code, _name in settings.LANGUAGES)})/(?P<address>.*)$",
        information.in_language,
        name="in_language",
    ),
    path("help/", information.help_page, name="help"),
    path("my-data/", own_data.own_data, name="own_data"),
    path("my-data/copy/", own_data.own_data_copy, name="own_data_copy"),
    path("my-data/delete-account/", own_data.account_delete, name="account_delete"),
    path("my-data/delete-company/", own_data.company_delete, name="company_delete"),
    path("my-data/other-side/", own_data.company_move, name="company_move"),
    path("my-data/keep-company/", own_data.company_keep, name="company_keep"),
    *(path("", include(module)) for module in modules_of_capabilities("matchmaker.{path}.urls")),
    path("admin/", admin.site.urls),
    *([path("anymail/", include("anymail.urls"))] if settings.ANYMAIL_SERVICE else []),
    path("", include("profiles.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/", include("allauth.socialaccount.providers.weixin.urls")),
]
