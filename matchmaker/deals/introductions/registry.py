"""The introductions' menu entries and merge rules."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.deals.introductions import kinds  # noqa: F401  registers itself
from matchmaker.deals.introductions.selectors import is_still_readable, names_on
from matchmaker.deals.introductions.services import deadlines
from matchmaker.deals.introductions.services.decisions import notify_of_interest
from matchmaker.deals.introductions.services.merging import fold_pairs
from matchmaker.deals.introductions.services.shortlist import join_notes
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.models.introduction import (
    WAITING,
    Introduction,
    IntroductionAct,
    IntroductionState,
    IntroductionStep,
)
from profiles.companies.claims.services import ON_CLAIMED
from profiles.companies.receipts.services import keep_receipts
from profiles.models import Investor, Startup, User
from profiles.notice_kinds import MAIL_CHECKS, MAIL_NAMERS, NAMERS
from profiles.platform import erasure, merging
from profiles.platform.erasure import OWN_ACT, SHARED, Decision

registry.register_menu_entry("matches", 30, "passed", _("Passed on"))


def name_counterparts(paths: Collection[str], reader: User, *, in_mail: bool = False) -> Mapping[str, str]:
    """Name the counterparts, and record that the reader has seen the names."""
    member = current_company(reader)
    if member is None:
        return {}
    names = names_on(paths, member)
    keep = partial(keep_receipts, member.company, member.viewer, at=timezone.now())
    if in_mail:  # written within an act, which may still be undone
        transaction.on_commit(keep)
    else:
        keep()
    return names


NAMERS.append(name_counterparts)
MAIL_CHECKS.append(is_still_readable)
MAIL_NAMERS.append(partial(name_counterparts, in_mail=True))


def requests_of(company: Startup | Investor) -> int:
    return Introduction.objects.filter(**{company.side: company}, state__in=WAITING).count()


def requests_between(startup: Startup, investor: Investor) -> int:
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=WAITING).count()


def mutual_between(startup: Startup, investor: Investor) -> int:
    pair = Introduction.objects.filter(startup=startup, investor=investor)
    return pair.filter(state=IntroductionState.MUTUAL).count()


def mutual_of(company: Startup | Investor) -> int:
    return Introduction.objects.filter(**{company.side: company}, state=IntroductionState.MUTUAL).count()


registry.register_open_matter(
    10,
    _("Open requests"),
    requests_of,
    requests_between,
    when_suspended=_("Neither side can see or answer them. They expire on their closing date, as usual."),
    when_hidden=_(
        "People who know about the request see that it is paused. No one can answer it. It expires on "
        "its closing date."
    ),
)
registry.register_open_matter(
    20,
    _("Introductions and conversations"),
    mutual_of,
    mutual_between,
    when_suspended=_("Neither side can read or write until the suspension ends. Nothing is deleted."),
    when_hidden=_("Both sides see that it is paused. Neither side can read or write. Nothing is deleted."),
)


def requested() -> QuerySet[Introduction]:
    return Introduction.objects.filter(left_at=None).annotate(
        of_startup=F("startup"), of_investor=F("investor"), moment=F("asked_at")
    )


def agreed() -> QuerySet[IntroductionStep]:
    """Return when the second side agreed."""
    acts = (IntroductionAct.ACCEPT, IntroductionAct.MEET)
    yes = IntroductionStep.objects.filter(act__in=acts, introduction__left_at=None)
    return yes.annotate(
        of_startup=F("introduction__startup"), of_investor=F("introduction__investor"), moment=F("at")
    )


registry.register_funnel_step(
    20,
    "requested",
    _("Introduction requests"),
    requested,
    meaning=_("Requests from either side, including requests that were withdrawn or have expired."),
)
registry.register_funnel_step(
    30,
    "agreed",
    _("Both sides have said yes"),
    agreed,
    meaning=_("Requests that were answered “Interested”, including introductions that ended later."),
)

ON_CLAIMED.append(notify_of_interest)

merging.register(
    {
        "matchmaker.Interest": merging.OF_A_PAIR,
        "matchmaker.Pass": merging.OF_A_PAIR,
        "matchmaker.ShortlistEntry": replace(merging.OF_A_PAIR, fold=join_notes),
        "matchmaker.Introduction": merging.moves(unwatched=("remind_at",)),
        "matchmaker.IntroductionStep": merging.follows("introduction__{side}"),
    },
    fold_pairs,
)

erasure.register(
    {
        "matchmaker.Interest": OWN_ACT,
        "matchmaker.Pass": OWN_ACT,
        "matchmaker.ShortlistEntry": OWN_ACT,
        "matchmaker.Introduction": Decision(
            SHARED, because="holds words of both sides; each reads them on its page"
        ),
        "matchmaker.IntroductionStep": Decision(
            SHARED, because="the moves of an introduction, on the same page"
        ),
    }
)

registry.register_periodic_task("advance_introductions", deadlines.advance, registry.SOON)
