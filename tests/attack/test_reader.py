"""What a reader changes about itself opens nothing of others: every act of its own is tried."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from matchmaker.deals.digests.services import send_due_digests
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.matching.current_company.selectors import current_company
from profiles.catalogue.consents import services as consents
from profiles.catalogue.visibility.access import Viewer, see, viewer_in
from profiles.catalogue.visibility.fields import (
    CATALOGUE,
    CONSENT_GROUPS,
    GROUPS,
    ROWS,
    editable,
    editable_lists,
)
from profiles.choices import Purpose, Side
from profiles.companies.steps import services as companies
from profiles.models import Membership, OutboxMail, User
from profiles.people.accounts.forms import SettingsForm
from profiles.people.accounts.services import accounts
from tests import factories
from tests.attack.test_left_out import EVERYTHING, LISTS, about_startup, fill, page_of, text_of_brief
from tests.consented import leave_out
from tests.house.access import ACCESS, ACTORS
from tests.house.market import Market
from tests.matchmaker import ranked

pytestmark = [pytest.mark.attack, pytest.mark.django_db]

# Everything that a rule of profiles/catalogue/visibility reads of whoever looks, and who decides about it.
OWN, CURATOR, OPERATOR, BOTH, TEAM = "the reader", "a curator", "an operator", "both sides", "its owners"
DECIDED_BY = {
    "user.pk": OPERATOR,
    "user.role": OPERATOR,
    "user.is_superuser": OPERATOR,
    "user.is_viewed": CURATOR,  # looks as the member: only closes
    "user.blind_first_look": OWN,  # hides names and founders that their owner shows anyway
    "membership.company": TEAM,
    "membership.startup_id": TEAM,
    "membership.investor_id": TEAM,
    "company.status": CURATOR,
    "company.approved_country": CURATOR,
    # What it says itself counts beside what was approved: it closes, and never opens.
    "company.place": OWN,
    "company.jurisdiction": OWN,
}
VIEWER = {
    "user_id": OPERATOR,
    "role": OPERATOR,
    "startup_id": TEAM,
    "investor_id": TEAM,
    "is_checked": CURATOR,
    "is_curator": OPERATOR,
    "is_superuser": OPERATOR,
    "mutual": BOTH,
    "interested": OWN,  # shows a blind reader the names that their owner shows anyway
    "introduced": BOTH,
    "is_blind": OWN,
    "opened": CURATOR,
    "is_preview": OPERATOR,  # made by pages about the own profile only
    "countries": CURATOR,
    "shown": OPERATOR,  # what was read; decides nothing
}


class Watched:
    """A record that notes which of its attributes are read."""

    def __init__(self, record: Any, name: str, seen: set[str], **parts: Any) -> None:
        self.__dict__.update(_record=record, _name=name, _seen=seen, _parts=parts)

    @property
    def __class__(self) -> Any:  # what asks for its type gets the record's
        return type(self._record)

    def __getattr__(self, name: str) -> Any:
        self._seen.add(f"{self._name}.{name}")
        return self._parts.get(name, getattr(self._record, name))


def test_the_table_names_all_that_a_rule_reads_of_its_reader(ayesha, li_wei):
    """A rule that reads one thing more fails here, until someone has said who decides about it."""
    read: set[str] = set()
    for user in (ayesha, li_wei):
        company = Watched(user.membership.company, "company", read)
        membership = Watched(user.membership, "membership", read, company=company)
        viewer_in(Watched(user, "user", read), membership)
    assert read == set(DECIDED_BY)
    assert {field.name for field in fields(Viewer)} == set(VIEWER)


# --- Every act of a reader ----------------------------------------------------------------------------------


def another(record: models.Model, name: str) -> Any:
    """Return a value of a field that the record does not have, valid by the field's type."""
    field: Any = record._meta.get_field(name)
    value = getattr(record, name)
    if field.is_relation:
        rows = field.related_model._default_manager.order_by("pk")
        return rows[:3] if field.many_to_many else rows.exclude(pk=value and value.pk).first()
    if field.choices:
        return next(code for code, _label in reversed(field.flatchoices) if code != value)
    by_type = {
        models.BooleanField: lambda: not value,
        models.JSONField: lambda: {} if isinstance(value, dict) else [],
        models.DateField: factories.MOMENT.date,
        models.URLField: lambda: "https://other.example/",
        models.EmailField: lambda: "other@example.com",
        models.CharField: lambda: "Other"[: field.max_length],
        models.TextField: lambda: "Other",
    }
    made = (make for kind, make in by_type.items() if isinstance(field, kind))
    return next(made, lambda: (value or 0) + 1)()


PARTNER = ACTORS.index("partner")
PLACES = (
    "/home/", "/deals/", "/passed/", "/deals/?view=board", "/receipts/", "/notices/", "/pilots/",
    "/pilots/yours/",
)  # fmt: skip
Act = tuple[str, Callable[[], Any]]


def acts_of(user: User, other: Any) -> Iterator[Act]:
    """Yield everything that someone can do to the own account and company, from the catalogue and forms."""
    own, now = user.membership.company, timezone.now()
    edit = partial(companies.edit, own, by=user, at=now)
    for name in sorted(editable(CATALOGUE[own.side]) - {"visibility"}):
        yield f"{name}: another", partial(edit, changes={name: another(own, name)})
        if hasattr(other, name):  # as the profile that is read has it
            field, theirs = other._meta.get_field(name), getattr(other, name)
            value = list(theirs.all()) if field.many_to_many else theirs
            if not field.choices or value in dict(field.flatchoices):
                yield f"{name}: theirs", partial(edit, changes={name: value})
    for place in range(-1, 1):
        choices = {key: group.choices[place].value for key, group in GROUPS[own.side].items()}
        yield f"visibility {place}", partial(edit, changes={"visibility": choices})
    for name in editable_lists(own.side):
        yield f"no {name}", partial(edit, changes={}, rows={name: []})
    if own.side == Side.INVESTOR:
        thesis = own.theses.first()
        for name in sorted(editable(ROWS["theses"])):
            values = {name: another(thesis, name)}
            yield (
                f"thesis {name}",
                partial(companies.save_thesis, own, values=values, thesis=thesis, by=user, at=now),
            )
    for name in SettingsForm.Meta.fields:
        value = "zh-hans" if name == "language" else another(user, name)
        yield f"settings {name}", partial(accounts.save_settings, user, changes={name: value}, at=now)
    for purpose in Purpose:
        groups = CONSENT_GROUPS[own.side]
        yield f"leave out {purpose}", partial(leave_out, own, groups, [purpose], by=user)
        yield f"withdraw {purpose}", partial(consents.withdraw, own, purpose=purpose, by=user, at=now)
        yield f"give {purpose}", partial(consents.give, own, purpose=purpose, by=user, at=now)
    pair = {str(profile.side): profile for profile in (own, other)}
    about = {"side": own.side, "by": user, "at": now}
    yield "shortlist", partial(shortlists.shortlist, **pair, **about)
    yield "pause", partial(decisions.set_pause, own, is_paused=True, by=user, at=now)
    yield "resign", partial(Membership.objects.filter(user=user).update, is_owner=False)


def read_fields(user: User, profile: Any) -> set[str]:
    """Return which fields of a profile someone reads now."""
    member = current_company(User.objects.get(pk=user.pk))
    assert member
    seen = see(type(profile)._default_manager.get(pk=profile.pk), member.viewer)
    return set(CATALOGUE[profile.side]) - set(seen.hidden)


def shown_to(market: Market, client: Client, user: User) -> str:
    """Return every kind of page, paper and mail on which an investor reads of a startup."""
    startup, rival = market.startup.public_id, market.rival.public_id
    compared = f"/shortlist/compare/?with={startup}&with={rival}"
    paths = [each.path(market) for each in ACCESS if about_startup(each) and each.get[PARTNER] == "o"]
    OutboxMail.objects.all().delete()
    send_due_digests(at=timezone.now() + timedelta(days=8))
    mails = "".join(f"{mail.subject} {mail.body}" for mail in OutboxMail.objects.filter(recipient=user.email))
    pages = (page_of(client, path) for path in (*paths, *LISTS, *PLACES, compared) if "brief" not in path)
    return f"{''.join(pages)} {text_of_brief(market, user)} {mails}".lower()


@pytest.mark.parametrize("side", Side)
def test_no_act_of_a_reader_shows_it_more(side, tally, depth):
    market, now = Market(), timezone.now()
    fill(market)
    market.startup.visibility["name"] = "mutual"
    market.startup.save()
    readers = {Side.INVESTOR: "partner", Side.STARTUP: "founder"}
    user, owner = market.people[readers[side]], market.people[readers[side.other]]
    assert user
    assert owner
    own, other = user.membership.company, owner.membership.company
    leave_out(other, CONSENT_GROUPS[other.side], [Purpose.CROSS_BORDER], by=owner, at=now)
    shortlists.shortlist(market.startup, market.investor, side=side, by=user, at=now)
    ranked.rank_whole()
    before, acts = read_fields(user, other), list(acts_of(user, other))
    assert before < read_fields(owner, other)
    client, words = market.client(readers[side]), {*EVERYTHING, market.startup.name_en.lower()}
    step = depth(12, deep=1)
    for number, (name, act) in enumerate(acts):
        if number % step and not name.startswith("place"):
            continue
        with transaction.atomic():
            act()
            tally.check(read_fields(user, other) <= before, f"{name}: {read_fields(user, other) - before}")
            if side == Side.INVESTOR and name.startswith(depth("place", deep="")):
                page = shown_to(market, client, user)
                tally.check(not [word for word in words if word in page], name)
            transaction.set_rollback(True)
        user.refresh_from_db()
        own.refresh_from_db()
    tally.settle()
