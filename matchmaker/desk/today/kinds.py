"""Audit sentences of overrides, and curators' daily notification."""

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.audit_actions import ANY, Sentence, register_action
from profiles.choices import Rhythm, Role
from profiles.notice_kinds import register_category, register_notice

TODAY = register_category(
    "today",
    _("Daily summary for curators"),
    position=45,
    rhythms=(Rhythm.DAILY, Rhythm.OFF),
    role=Role.CURATOR,
)
TODAY_MAIL = register_notice(
    "today",
    _("Waiting today"),
    category=TODAY,
    sentence=_("Profiles, messages or other things are waiting for a curator."),
    act=_("Open the dashboard"),
    subject=_("Corridor today: waiting for a curator"),
    body=_("Waiting for a curator today:\n\n%(lines)s"),
)

PAIR_SUGGESTED = register_notice(
    "pair_suggested",
    _("A curator suggests a match"),
    category=REQUESTS,
    sentence=_("A curator suggests a match to you and to the other side, and says why."),
    act=_("See the match"),
    subject=_("%(company)s on Corridor: a curator suggests a match"),
    body=_("A curator suggests that %(company)s and another company meet. The page says why."),
)

BOOSTED = register_action(
    "boosted",
    _("Boosted a pairing"),
    Sentence(_("%(who)s boosted %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    _("%(who)s boosted %(what)s: “%(note)s”"),
)
HIDDEN = register_action(
    "hidden",
    _("Hid a pairing"),
    Sentence(_("%(who)s hid %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
    _("%(who)s hid %(what)s: “%(note)s”"),
)
SUGGESTED = register_action(
    "suggested",
    _("Suggested a pairing to both sides"),
    _("%(who)s suggested %(what)s to both sides until %(expires_on)s: “%(note)s”"),
)
RELEASED = register_action(
    "released",
    _("Removed a boost, hide or suggestion"),
    Sentence(_("%(who)s removed the boost, hide or suggestion from %(what)s: “%(note)s”"), {"note": ANY}),
    _("%(who)s removed the boost, hide or suggestion from %(what)s."),
)
