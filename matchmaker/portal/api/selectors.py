"""Tokens, and what they open: read through the querysets and trimmed views of the pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Factor, Side
from matchmaker.deals.introductions.selectors import introductions_of
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts, state_of
from matchmaker.matching.lists.selectors.cards import CardContext, factor_reasons_of
from matchmaker.matching.lists.selectors.list_page import SearchQuery, card_facts
from matchmaker.matching.lists.selectors.neighbours import listed_ids
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.matching.pairs.selectors.pair import known_to
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.matching.reasons import reasons
from matchmaker.models.api import ApiToken, Scope
from matchmaker.models.introduction import Introduction
from matchmaker.portal.api import schemas
from matchmaker.portal.directory.selectors import COLUMNS, all_profiles, loaded
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility import facts
from profiles.catalogue.visibility.access import see, with_related
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.choices import Role, Status
from profiles.models import SIDES, Investor, Startup, User
from profiles.platform.memberships import membership_of


class CursorGoneError(Exception):
    """What a cursor names is on the list no longer."""


@dataclass(frozen=True)
class Access:
    """Who asks: a token that opens something now, and its company. A curator has none."""

    token: ApiToken
    member: CurrentCompany | None

    @property
    def company(self) -> CurrentCompany:
        """The company, which every token of a member has."""
        assert self.member is not None  # noqa: S101  guards.py opens members' scopes to members only
        return self.member


def hash_of(secret: str) -> str:
    """Return what is kept of a token. It is random and long, so that one round is enough."""
    return sha256(secret.encode()).hexdigest()


OF_CURATORS = frozenset({Scope.DIRECTORY})
OF_MEMBERS = frozenset(Scope) - OF_CURATORS


def scopes_for(user: User) -> frozenset[Scope]:
    """Return what a person may open to a program: curators the directory, owners of a team the rest."""
    if user.is_curator:
        return OF_CURATORS
    membership = membership_of(user) if user.role in Side else None
    return OF_MEMBERS if membership and membership.is_owner else frozenset()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return a person's own tokens, the newest first."""
    return ApiToken.objects.filter(user=user)


def live_tokens(*, at: datetime) -> QuerySet[ApiToken]:
    """Return the tokens that open something: of curators, and of owners of a team that is not suspended."""
    of_owners = Q(membership__user=F("user"), membership__is_owner=True, user__role__in=Side.values)
    rows = ApiToken.objects.filter(of_owners | Q(membership=None, user__role=Role.CURATOR))
    rows = rows.filter(user__is_active=True, sessions=F("user__sessions_ended"), expires_at__gt=at)
    suspended = {f"membership__{side}__status": Status.SUSPENDED for side in Side}
    rows = rows if settings.DEMO else rows.exclude(user__is_demo=True)  # as no one signs in with these
    return rows.exclude(Q(*suspended.items(), _connector=Q.OR)).select_related("user")


def live_token(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the token with this secret. A curator's works only while the account has a second factor."""
    token = live_tokens(at=at).filter(hash=hash_of(secret)).first()
    if token is None or (token.user.works_here and not settings.DEMO and not is_mfa_enabled(token.user)):
        return None
    return token


def url_of(name: str, *arguments: Any) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=arguments)}"


# --- Profiles -----------------------------------------------------------------------------------------------


def _fact(seen: VisibleProfile, field: Any, terms: TermTree) -> schemas.Fact | None:
    """Return a field as the page tells it; None where it is hidden or not stated."""
    fact = facts.fact(seen, field, terms)
    if not fact.value:
        return None
    value, stored = getattr(seen, field.name), seen.field(field.name)
    is_plain = isinstance(value, int | date) and not (stored and stored.choices)
    number: Any = value if is_plain else str(value) if isinstance(value, Decimal) else fact.value
    return schemas.Fact(field=field.name, label=fact.label, text=fact.value, value=number, note=fact.note)


def _profile(seen: VisibleProfile, side: Side, terms: TermTree) -> dict[str, Any]:
    """Return what a viewer may see of a profile: declared fields that are shown and stated, nothing else."""
    shown = [field for field in facts.shown_fields(side) if field.name not in seen.hidden]
    parts = facts.parts_of(seen, side)
    needs = facts.lines_of(seen, "needs") if side == Side.STARTUP else []
    if needs:
        parts = [facts.RowList(facts.label_of(side, seen.declared("needs")), needs), *parts]
    return {
        "id": seen.public_id,
        "side": side.value,
        "name": str(seen.title),
        "pitch": pitch_of(seen),
        "is_demo": bool(seen.is_demo),
        "facts": [fact for field in shown if (fact := _fact(seen, field, terms))],
        "parts": [schemas.Part(label=part.label, lines=part.lines) for part in parts],
    }


def own_profile(member: CurrentCompany) -> schemas.OwnProfile:
    """Return the company's own profile, with its approved content."""
    model: Any = SIDES[member.side]
    company = with_related(model.objects.filter(pk=member.company_id)).get()
    profile = _profile(see(company, member.viewer), member.side, all_terms())
    url = url_of("startup_edit", "basics") if member.side == Side.STARTUP else url_of("investor_edit")
    return schemas.OwnProfile(**profile, status=company.status, url=url)


# --- Matches ------------------------------------------------------------------------------------------------


def match_page(member: CurrentCompany, *, cursor: str, limit: int, only: str = "") -> schemas.MatchPage:
    """Return a part of the company's stored list, in the order of its page. `only`: this one alone.

    Raises:
        CursorGoneError: the list has changed, and the profile of the cursor is not on it.
    """
    lists = own_list(member) if member.company.is_published else None
    if lists is None:
        return schemas.MatchPage(made_at=None, items=[], next=None)
    ids = listed_ids(member, SearchQuery(), lists)
    if cursor and cursor not in ids:
        raise CursorGoneError
    start = ids.index(cursor) + 1 if cursor else 0
    wanted = {id_: at for at, id_ in enumerate(ids, 1) if id_ == only} if only else {}
    wanted = wanted if only else {id_: at for at, id_ in enumerate(ids[start : start + limit], start + 1)}
    items = _matches(member, lists, wanted)
    is_more = not only and start + limit < len(ids)
    return schemas.MatchPage(
        made_at=lists.stored.computed_at, items=items, next=ids[start + limit - 1] if is_more else None
    )


def _matches(member: CurrentCompany, lists: Any, positions: dict[str, int]) -> list[schemas.Match]:
    """Return what the list says of those in these positions, who are on it."""
    entries = {entry.counterpart_id: entry for entry in lists.entries()}
    rows: Any = with_related(counterparts(member).filter(public_id__in=positions))
    profiles = {profile.public_id: profile for profile in rows}
    terms = all_terms()
    pairs = [(profile, entries[profile.pk]) for profile in profiles.values()]
    context = CardContext(member, {}, terms, lists.stored.weights, card_facts(member, pairs, terms))
    matches = []
    for public_id, position in positions.items():
        if (profile := profiles.get(public_id)) is None:  # left since the list was read
            continue
        entry = entries[profile.pk]
        factor_reasons = factor_reasons_of(entry, context)
        own_fit = entry.fit_startup if member.side == Side.STARTUP else entry.fit_investor
        matches.append(
            schemas.Match(
                position=position,
                score=round_tenths(entry.score),
                fit=round_tenths(own_fit),
                is_recommended=member.interactions.recommends(entry),
                reasons=reasons.reasons(factor_reasons, member.side),
                against=reasons.against(factor_reasons, member.side),
                not_stated=[str(Factor(factor).label) for factor in entry.not_stated],
                state=state_of(profile.pk, member),
                url=url_of("match", public_id),
                profile=schemas.Profile(**_profile(see(profile, member.viewer), member.side.other, terms)),
            )
        )
    return matches


# --- Introductions ------------------------------------------------------------------------------------------


def cut(rows: Sequence[Any], limit: int, key: str) -> str | None:
    """Return the cursor of the next page, where more rows were found than a page has."""
    if len(rows) <= limit:
        return None
    last_row = rows[limit - 1]
    for name in key.split("__"):
        last_row = getattr(last_row, name)
    return str(last_row)


def introduction_page(
    member: CurrentCompany, *, cursor: str, limit: int, only: str = ""
) -> schemas.IntroductionPage:
    """Return the newest introduction with each company that the member can open, in the order of ids."""
    other = str(member.side.other)
    visible = introductions_of(member.side, member.company_id).filter(known_to(member.side)).order_by()
    newest = visible.values(f"{other}_id").annotate(last=Max("pk")).values("last")
    rows = Introduction.objects.filter(pk__in=newest, **{f"{other}__in": counterparts(member).values("pk")})
    rows = rows.filter(**({f"{other}__public_id": only} if only else {f"{other}__public_id__gt": cursor}))
    introductions = list(rows.select_related(other).order_by(f"{other}__public_id")[: limit + 1])
    names = with_related(counterparts(member)).in_bulk([getattr(one, f"{other}_id") for one in introductions])
    pairs = [
        (one, profile) for one in introductions[:limit] if (profile := names.get(getattr(one, f"{other}_id")))
    ]
    items = [_introduction(member, one, profile) for one, profile in pairs]
    return schemas.IntroductionPage(items=items, next=cut(introductions, limit, f"{other}__public_id"))


def _introduction(member: CurrentCompany, one: Introduction, profile: Any) -> schemas.Introduction:
    is_ours = one.asked_by == member.side
    return schemas.Introduction(
        id=profile.public_id,
        name=str(see(profile, member.viewer).title),
        state=one.state,
        asked_by="us" if is_ours else "them",
        # Who is asked does not learn how long the request waited in the queue.
        asked_at=one.asked_at if is_ours else one.delivered_at,
        answered_at=one.answered_at,
        ended_at=one.ended_at,
        url=url_of("introduction", profile.public_id),
    )


# --- The curators' directory --------------------------------------------------------------------------------


def directory_page(token: ApiToken, side: Side, *, cursor: str, limit: int) -> schemas.DirectoryPage:
    """Return profiles of a side in any state with the columns of the curators' page, in the order of ids.

    A cursor is signed, for this token and day: every reading begins with a first page, which is recorded.

    Raises:
        CursorGoneError: it is not one that this token has read today.
    """
    signer = Signer(salt=f"directory:{token.pk}:{side}:{timezone.localdate()}")
    try:
        last = signer.unsign(cursor) if cursor else ""
    except BadSignature as error:
        raise CursorGoneError from error
    rows = loaded(all_profiles(side).filter(public_id__gt=last)).order_by("public_id")
    profiles: Iterable[Startup | Investor] = list(rows[: limit + 1])
    profiles = list(profiles)
    items = [
        schemas.Entry(
            id=one.public_id,
            side=side.value,
            columns={column.code: str(column.value(one)) for column in COLUMNS[side]},
        )
        for one in profiles[:limit]
    ]
    after = cut(profiles, limit, "public_id")
    return schemas.DirectoryPage(items=items, next=signer.sign(after) if after else None)
