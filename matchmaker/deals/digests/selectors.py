"""Which digests are due, and the new matches in each."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.deals.digests.kinds import MATCHES
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts
from matchmaker.matching.lists.selectors.list_page import for_cards
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.models.pair_action import DigestEntry
from matchmaker.models.ranking import Ranking
from profiles.catalogue.visibility.access import see
from profiles.choices import Rhythm
from profiles.models import SIDES, MailSwitch, Membership

FIRST = timedelta(days=1)  # after the approval, of which a mail of its own tells
PERIODS = {Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}


def due_members(*, at: datetime) -> "QuerySet[Membership]":
    """Return the people with a due digest."""
    switches = MailSwitch.objects.filter(user=OuterRef("user"), category=MATCHES.code)
    waits = Q(rhythm=Rhythm.OFF)
    for rhythm, period in PERIODS.items():
        waits |= Q(rhythm=rhythm, collected_at__gt=at - period)
    listed = Q()
    for side in Side:
        ranked = Ranking.objects.filter(side=side, profile_id=OuterRef(f"{side}_id"), size__gt=0)
        published = SIDES[side]._default_manager.published().filter(reviewed_at__lte=at - FIRST)
        listed |= Q(Exists(ranked), **{f"{side}__in": published})
    people = Membership.objects.filter(listed, user__is_active=True).exclude(Exists(switches.filter(waits)))
    return people.select_related("user").order_by("pk")


def new_lines(member: CurrentCompany, *, user_id: int, language: str) -> dict[int, str]:
    """Return the best new matches that no digest has named, at most the capacity.

    By the counterpart's key.
    """
    ranking = own_list(member)
    if ranking is None:
        return {}
    relations, other = member.interactions, f"{member.side.other}_id"
    digested = DigestEntry.objects.filter(user=user_id, **{f"{member.side}_id": member.company_id})
    excluded = (
        relations.engaged | relations.passed | relations.hidden | set(digested.values_list(other, flat=True))
    )
    new = [
        entry for entry in ranking.entries() if entry.is_recommended and entry.counterpart_id not in excluded
    ]
    new = new[: member.company.capacity]
    profiles = for_cards(counterparts(member)).in_bulk([entry.counterpart_id for entry in new])
    with override(language):
        lines = {}
        for entry in new:
            if profile := profiles.get(entry.counterpart_id):
                seen, score = see(profile, member.viewer), round_tenths(entry.score)
                link = settings.SITE_URL.rstrip("/") + reverse("match", args=[seen.public_id])
                title = _("%(name)s: %(score)d of 100") % {"name": seen.title, "score": score}
                lines[entry.counterpart_id] = f"{title}\n{link}"
        return lines
