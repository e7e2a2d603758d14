"""Results as a page shows them: where they lead, in words, with what was found marked."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Max, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaker.choices import MessageState
from matchmaker.matching.lists.selectors.cards import CurrentCompany, counterparts, state_of
from matchmaker.matching.lists.selectors.list_page import for_cards, for_names
from matchmaker.matching.pairs.selectors.pair import known_to
from matchmaker.models.conversation import REACHED, Message
from matchmaker.models.introduction import TALKS, Introduction, IntroductionState
from matchmaker.models.search import ResultKind
from matchmaker.portal.search.selectors.query import LONGEST_QUERY, MOST_GROUPS
from matchmaker.portal.search.selectors.results import OF_SIDE, Found, Search
from matchmaker.portal.search.words import fold, terms_of
from matchmaker.searchable import SEARCHABLE
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.visible_profile import pitch_of
from profiles.choices import InvestorKind, Side, Status
from profiles.companies.pictures.selectors import Face, face_of
from profiles.models import Need, Offer
from profiles.sounds import IS_HAN

MOST_TALKS = 300  # of one company, the newest
WORDS = re.compile("[\\w\u0300-\u036f\u064b-\u065f\u0670]+")
SNIPPET = 160


class Piece(NamedTuple):
    text: str
    is_hit: bool


@dataclass(frozen=True)
class ResultRow:
    kind: str
    url: str
    title: list[Piece]
    text: list[Piece] = field(default_factory=list)
    facts: tuple[str, ...] = ()
    tag: str = ""
    is_demo: bool = False
    face: Face | None = None

    @property
    def label(self) -> str:
        return kind_label(self.kind)

    @property
    def name(self) -> str:
        return "".join(piece.text for piece in self.title)

    @property
    def words(self) -> str:
        return "".join(piece.text for piece in self.text)


def kind_label(kind: str) -> str:
    return str(SEARCHABLE[kind].label if kind in SEARCHABLE else ResultKind(kind).label)


def marked(text: str, terms: Collection[str]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for word in WORDS.finditer(text):
        for start, end in _hits(word[0], terms):
            _push(pieces, text[at : word.start() + start], is_hit=False)
            _push(pieces, word[0][start:end], is_hit=True)
            at = word.start() + end
    _push(pieces, text[at:], is_hit=False)
    return pieces


def _push(pieces: list[Piece], text: str, *, is_hit: bool) -> None:
    if text:
        pieces.append(Piece(text, is_hit))


def _hits(word: str, terms: Collection[str]) -> Iterable[tuple[int, int]]:
    if not IS_HAN.search(word):
        return [(0, len(word))] if not terms_of(word, is_name=True).isdisjoint(terms) else []
    letters = [fold(letter) for letter in word]
    hit = {at for at, letter in enumerate(letters) if letter in terms}
    hit |= {
        near
        for at in range(len(letters) - 1)
        if letters[at] + letters[at + 1] in terms
        for near in (at, at + 1)
    }
    return _ranges(sorted(hit))


def _ranges(places: list[int]) -> Iterable[tuple[int, int]]:
    begun = last = -2
    for place in places:
        if place != last + 1:
            if last >= 0:
                yield begun, last + 1
            begun = place
        last = place
    if last >= 0:
        yield begun, last + 1


def result_rows(search: Search, found: Iterable[Found]) -> list[ResultRow]:
    """Return some results as rows, in their order. The same queries however many there are."""
    wanted, mark = list(found), _marker(search)
    rows: dict[str, ResultRow] = {}
    for side in Side:
        of_side = [each for each in wanted if each.kind in OF_SIDE[side]]
        profiles = _profiles(search, side, of_side)
        for result in of_side:
            if result.company[1] in profiles and (
                row := _company_row(search, profiles[result.company[1]], result)
            ):
                rows[result.key] = row
    for kind, searchable in SEARCHABLE.items():
        pks = [each.pk for each in wanted if each.kind == kind]
        for pk, texts in searchable.rows(search.reader, pks).items() if pks else ():
            title, text = mark(texts.title), mark(texts.text)
            rows[f"{kind}-{pk}"] = ResultRow(
                kind, texts.url, title, text, texts.facts, texts.tag, texts.is_demo
            )
    return [rows[each.key] for each in wanted if each.key in rows]  # who leaves between two reads is left out


def _profiles(search: Search, side: Side, found: list[Found]) -> Mapping[int, Any]:
    if not found:
        return {}
    rows = search.reader.profiles(side).select_related("place")
    if not search.reader.viewer.is_curator:
        rows = for_cards(rows).prefetch_related(None)
    if side == Side.STARTUP:
        rows = rows.select_related("primary_sector", "stage")
    parts: tuple[ResultKind, str, Any] = (ResultKind.NEED, "needs", Need)
    if side == Side.INVESTOR:
        parts = (ResultKind.OFFER, "offers", Offer)
    kind, name, model = parts
    if pks := [result.pk for result in found if result.kind == kind]:
        shown = model._default_manager.filter(pk__in=pks).select_related("type")
        rows = rows.prefetch_related(Prefetch(name, shown))
    return rows.in_bulk([result.company[1] for result in found])


def _company_row(search: Search, profile: Any, found: Found) -> ResultRow | None:
    """Return a company, or one of its needs or offers; None where the row is not shown."""
    reader, side = search.reader, Side(profile.side)
    seen = see(profile, reader.viewer)
    name = str(seen.title)
    facts = [str(seen.place)] if seen.place else []
    if side == Side.STARTUP:
        facts = [str(each) for each in (seen.primary_sector, seen.place, seen.stage) if each]
    elif seen.kind:
        facts.insert(0, str(InvestorKind(seen.kind).label))
    tag, mark = "", _marker(search)
    if reader.viewer.is_curator:
        tag = str(Status(profile.status).label)
        number = seen.registration_number if side == Side.STARTUP else seen.registry_id
        facts.extend(filter(None, (number, seen.contact_email)))
    elif reader.member:
        tag = _("Your company") if side == reader.member.side else state_of(profile.pk, reader.member)
    url = _address(search, profile)
    if found.kind in (ResultKind.STARTUP, ResultKind.INVESTOR):
        pitch = "" if profile.status == Status.DRAFT else pitch_of(seen)
        return ResultRow(
            found.kind, url, mark(name), mark(pitch), tuple(facts), tag, profile.is_demo, face_of(seen)
        )
    part = seen.needs if found.kind == ResultKind.NEED else seen.offers
    row = next((row for row in part or () if row.pk == found.pk), None)
    if row is None:
        return None
    return ResultRow(
        found.kind,
        url,
        mark(str(row.type)),
        mark(row.description or ""),
        (name, *facts),
        tag,
        profile.is_demo,
    )


def _address(search: Search, profile: Any) -> str:
    if search.reader.viewer.is_curator and profile.status == Status.DRAFT:
        return reverse("desk_profile", args=[profile.side, profile.public_id])
    if search.reader.viewer.is_curator:
        return reverse("review", args=[profile.side, profile.public_id])
    if search.reader.member and profile.side == search.reader.member.side:
        return reverse(f"{profile.side}_status")
    return reverse("match", args=[profile.public_id])


def _marker(search: Search) -> Callable[[str], list[Piece]]:
    terms = search.query.terms
    return lambda text: marked(text, terms)


# --- Conversations ------------------------------------------------------------------------------------------


def conversation_rows(search: Search) -> list[ResultRow]:
    """Return the own conversations with a company of that name, or with a message that has all the words."""
    member = search.reader.member
    if member is None or not search.query.typed:
        return []
    side, other = member.side, member.side.other
    talks = Introduction.objects.filter(known_to(side), **{f"{side}_id": member.company_id}, state__in=TALKS)
    talks = talks.exclude(**{f"{other}_id__in": member.interactions.hidden}).order_by("-asked_at", "-pk")
    newest: dict[int, tuple[int, str, str, str]] = {}
    columns = (f"{other}_id", "pk", "state", f"{other}__public_id", "left_name")
    for company_pk, *talk in talks.values_list(*columns)[:MOST_TALKS]:
        newest.setdefault(company_pk, tuple(talk))
    if not newest:
        return []
    companies = for_names(counterparts(member)).in_bulk(list(newest))
    messages = _messages(search, member, [talk for talk, *_rest in newest.values()])
    rows = []
    for pk, (talk, state, public_id, left_name) in newest.items():
        company, message = companies.get(pk), messages.get(talk)
        if company is None and state != IntroductionState.CLOSED:
            continue
        if not (message or (company and _is_named(see(company, member.viewer), search))):
            continue
        title = str(see(company, member.viewer).title) if company else left_name or _("The other company")
        text = marked(_around(message, search), search.query.terms) if message else []
        url = reverse("conversation", args=[public_id])
        rows.append(ResultRow(ResultKind.CONVERSATION, url, marked(title, search.query.terms), text))
    return rows


def _messages(search: Search, member: CurrentCompany, talks: list[int]) -> dict[int, str]:
    readable = Q(side=member.side) | Q(side=member.side.other, state__in=REACHED)
    rows = Message.objects.filter(readable, introduction__in=talks)
    rows = rows.exclude(state=MessageState.HIDDEN)
    for word in typed_words(search):
        rows = rows.filter(text__icontains=word)
    newest = rows.order_by().values("introduction").annotate(newest=Max("pk")).values("newest")
    return dict(Message.objects.filter(pk__in=newest).order_by().values_list("introduction", "text"))


def typed_words(search: Search) -> list[str]:
    return search.asked.text[:LONGEST_QUERY].split()[:MOST_GROUPS]


def _is_named(seen: Any, search: Search) -> bool:
    names = (getattr(seen, name) for name in ("name_en", "name_ur", "name_zh"))
    terms: set[str] = set()
    for name in names:
        terms |= terms_of(name or "", is_name=True)
    return all(not group.isdisjoint(terms) for group in search.query.typed)


def _around(text: str, search: Search) -> str:
    word = typed_words(search)[0].casefold()
    at = max(text.casefold().find(word) - SNIPPET // 3, 0)
    return ("…" if at else "") + text[at : at + SNIPPET] + ("…" if at + SNIPPET < len(text) else "")
