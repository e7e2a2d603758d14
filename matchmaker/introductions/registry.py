"""The introductions' menu entries, and what becomes of their tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.introductions import kinds  # noqa: F401  registers itself
from matchmaker.introductions.services.decisions import tell_of_interest
from matchmaker.models.introduction import WAITING, Introduction, IntroductionState
from matchmaker.registry import register_menu_entry, register_open_matter
from profiles import erasure
from profiles.claims.services import ON_CLAIMED
from profiles.erasure import GOES, OWN_ACT, Decision
from profiles.models import Investor, Startup

register_menu_entry(
    "startup investor",
    20,
    "introductions",
    _("Introductions"),
    covers=("introduction", "conversation", "meeting"),
    short=pgettext_lazy("menu", "Requests"),
)
register_menu_entry("startup investor", 30, "shortlist", _("Shortlist"), covers=("shortlist",), is_extra=True)


def requests_of(company: Startup | Investor) -> int:
    """Count the company's requests that wait for an answer, sent and received."""
    return Introduction.objects.filter(**{company.side: company}, state__in=WAITING).count()


def requests_between(startup: Startup, investor: Investor) -> int:
    """Count the requests of a pair that wait for an answer: one at most."""
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=WAITING).count()


def mutual_between(startup: Startup, investor: Investor) -> int:
    """Count the introductions of a pair in which both are interested: one at most."""
    pair = Introduction.objects.filter(startup=startup, investor=investor)
    return pair.filter(state=IntroductionState.MUTUAL).count()


def mutual_of(company: Startup | Investor) -> int:
    """Count the introductions in which both sides are interested."""
    return Introduction.objects.filter(**{company.side: company}, state=IntroductionState.MUTUAL).count()


register_open_matter(
    10,
    _("Open requests"),
    requests_of,
    requests_between,
    when_suspended=_("Neither side sees or answers them. They close on their day, as always."),
    when_hidden=_("Who knows of it reads that it is paused. No one can answer. It closes on its day."),
)
register_open_matter(
    20,
    _("Introductions and conversations"),
    mutual_of,
    mutual_between,
    when_suspended=_("Neither side can read or write until the suspension ends. Nothing is deleted."),
    when_hidden=_("Both sides read that it is paused. Neither can read or write. Nothing is deleted."),
)

ON_CLAIMED.append(tell_of_interest)

erasure.register(
    {
        "matchmaker.Interest": OWN_ACT,
        "matchmaker.Pass": OWN_ACT,
        "matchmaker.ShortlistEntry": OWN_ACT,
        "matchmaker.Introduction": Decision(
            GOES, because="holds words of both sides; each reads them on its page"
        ),
        "matchmaker.IntroductionStep": Decision(
            GOES, because="the moves of an introduction, on the same page"
        ),
    }
)
