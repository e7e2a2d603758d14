"""Results as a page shows them: where they lead, in words, with what was found marked."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaker.choices import MessageState
from matchmaker.matching.current_company.selectors import counterparts, state_of
from matchmaker.matching.lists.selectors.list_page import NAMED, SECTOR, for_cards
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
    label: str
    url: str
    title: list[Piece]
    text: list[Piece] = field(default_factory=list)
    facts: tuple[str, ...] = ()
    tag: str = ""
    is_demo: bool = False
    face: Face | None = None

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
        if not IS_HAN.search(word[0]):
            hits = [] if terms_of(word[0], is_name=True).isdisjoint(terms) else [(0, len(word[0]))]
        else:
            hits = list(_hits_in_han(word[0], terms))
        for start, end in hits:
            pieces.append(Piece(text[at : word.start() + start], is_hit=False))
            pieces.append(Piece(word[0][start:end], is_hit=True))
            at = word.start() + end
    pieces.append(Piece(text[at:], is_hit=False))
    return [piece for piece in pieces if piece.text]


def _hits_in_han(word: str, terms: Collection[str]) -> Iterable[tuple[int, int]]:
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
    wanted, terms = list(found), search.query.terms
    rows: dict[str, ResultRow] = {}
    for side in Side:
        of_side = [each for each in wanted if each.kind in OF_SIDE[side]]
        profiles = _profiles(search, side, of_side) if of_side else {}
        for result in of_side:
            if result.company[1] in profiles and (
                row := _company_row(search, profiles[result.company[1]], result)
            ):
                rows[result.key] = row
    for kind, searchable in SEARCHABLE.items():
        pks = [each.pk for each in wanted if each.kind == kind]
        for pk, texts in searchable.rows(search.reader, pks).items() if pks else ():
            title, text, label = marked(texts.title, terms), marked(texts.text, terms), str(searchable.label)
            rows[f"{kind}-{pk}"] = ResultRow(
                label, texts.url, title, text, texts.facts, texts.tag, texts.is_demo
            )
    return [rows[each.key] for each in wanted if each.key in rows]  # who leaves between two reads is left out


def _profiles(search: Search, side: Side, found: list[Found]) -> Mapping[int, Any]:
    reader = search.reader
    name, model = ("needs", Need) if side == Side.STARTUP else ("offers", Offer)
    parts = [each.pk for each in found if each.kind not in (ResultKind.STARTUP, ResultKind.INVESTOR)]
    if side == Side.INVESTOR and reader.member and reader.member.side == side and not parts:
        return {reader.member.company_id: reader.member.company}  # no other is found, and it is whole
    shown = Prefetch(name, model._default_manager.filter(pk__in=parts).select_related("type"))
    rows = reader.profiles(side).select_related("place")
    if not reader.viewer.is_curator:
        rows = for_cards(rows).prefetch_related(None)
    if side == Side.STARTUP:
        rows = rows.select_related("primary_sector", "stage")
    if parts:
        rows = rows.prefetch_related(shown)
    return rows.in_bulk([each.company[1] for each in found])


def _company_row(search: Search, profile: Any, found: Found) -> ResultRow | None:
    """Return a company, or one of its needs or offers; None where the row is not shown."""
    reader, side, terms = search.reader, Side(profile.side), search.query.terms
    seen = see(profile, reader.viewer)
    name = str(seen.title)
    facts = [str(seen.place)] if seen.place else []
    if side == Side.STARTUP:
        facts = [str(each) for each in (seen.primary_sector, seen.place, seen.stage) if each]
    elif seen.kind:
        facts.insert(0, str(InvestorKind(seen.kind).label))
    tag, url = "", ""
    if reader.viewer.is_curator:
        tag = str(Status(profile.status).label)
        number = seen.registration_number if side == Side.STARTUP else seen.registry_id
        facts.extend(filter(None, (number, seen.contact_email)))
        page = "desk_profile" if profile.status == Status.DRAFT else "review"
        url = reverse(page, args=[side, profile.public_id])
    elif reader.member and side == reader.member.side:
        tag, url = _("Your company"), reverse(f"{side}_status")
    elif reader.member:
        tag, url = state_of(profile.pk, reader.member), reverse("match", args=[profile.public_id])
    label = str(ResultKind(found.kind).label)
    if found.kind in (ResultKind.STARTUP, ResultKind.INVESTOR):
        pitch = marked("" if profile.status == Status.DRAFT else pitch_of(seen), terms)
        title, face = marked(name, terms), face_of(seen)
        return ResultRow(label, url, title, pitch, tuple(facts), tag, profile.is_demo, face)
    part = seen.needs if found.kind == ResultKind.NEED else seen.offers
    row = next((row for row in part or () if row.pk == found.pk), None)
    if row is None:
        return None
    title, text = marked(str(row.type), terms), marked(row.description or "", terms)
    return ResultRow(label, url, title, text, (name, *facts), tag, profile.is_demo)


# --- Conversations ------------------------------------------------------------------------------------------


def conversation_rows(search: Search) -> list[ResultRow]:
    """Return the own conversations with a company of that name, or with a message that has all the words."""
    member = search.reader.member
    if member is None or not search.query.typed:
        return []
    side, other = member.side, member.side.other
    readable = Q(side=side) | Q(side=other, state__in=REACHED)
    said = Message.objects.filter(readable, introduction=OuterRef("pk")).exclude(state=MessageState.HIDDEN)
    for word in typed_words(search):
        said = said.filter(text__icontains=word)
    is_startup = other == Side.STARTUP
    of_other = [f"{other}__{name}" for name in (*NAMED, *(SECTOR if is_startup else ()))]
    talks = Introduction.objects.filter(known_to(side), **{f"{side}_id": member.company_id}, state__in=TALKS)
    if hidden := member.interactions.hidden:
        talks = talks.exclude(**{f"{other}_id__in": hidden})
    talks = talks.order_by("-asked_at", "-pk")
    talks = talks.select_related(
        f"{other}__place", *(["startup__primary_sector"] if other == Side.STARTUP else [])
    )
    talks = talks.only("state", "left_name", *of_other).annotate(
        is_there=Exists(counterparts(member).filter(pk=OuterRef(f"{other}_id"))),
        message=Subquery(said.order_by("-pk").values("text")[:1]),
    )
    newest: dict[int, Any] = {}
    for talk in talks[:MOST_TALKS]:
        newest.setdefault(getattr(talk, f"{other}_id"), talk)
    rows, terms = [], search.query.terms
    for talk in newest.values():
        company, message = getattr(talk, other), talk.message
        seen = see(company, member.viewer) if talk.is_there else None
        if seen is None and talk.state != IntroductionState.CLOSED:
            continue
        if not (message or (seen and _is_named(seen, search))):
            continue
        title = str(seen.title) if seen else talk.left_name or _("The other company")
        text = marked(_around(message, search), terms) if message else []
        url = reverse("conversation", args=[company.public_id])
        rows.append(ResultRow(str(ResultKind.CONVERSATION.label), url, marked(title, terms), text))
    return rows


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
