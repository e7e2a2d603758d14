"""Conversations as their pages show them, and what curators see of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from matchmaker.choices import MessageState, Side
from matchmaker.deals.machine_translation.selectors import kept_translations
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.pairs.selectors.pair import (
    Pair,
    PastPair,
    blocked_by,
    introductions_between,
    known_to,
)
from matchmaker.models.conversation import REACHED, LastRead, Message, MessageReport
from matchmaker.models.introduction import TALKS, Introduction, IntroductionState
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.catalogue.visibility.visible_profile import reading
from profiles.choices import FileState
from profiles.models import Investor, Startup, User
from profiles.platform.memberships import membership_of

PER_PAGE = 30


@dataclass(frozen=True)
class MessageRow:
    """One message as a person of one side reads it."""

    message: Message
    is_ours: bool
    author: str
    role: str
    is_reported: bool
    translation: str | None = None  # by a machine: empty before someone asks, None where it is not offered

    @property
    def is_readable(self) -> bool:
        return self.message.state != MessageState.HIDDEN


@dataclass(frozen=True)
class ConversationPage:
    pair: Pair
    introduction: Introduction
    page: "Page[Message]"
    rows: list[MessageRow]
    unread: int
    is_blocked: bool  # by the member's own side; the other side's block looks like any other end

    @property
    def is_open(self) -> bool:
        return self.introduction.state == IntroductionState.MUTUAL

    @property
    def is_here(self) -> bool:
        return not isinstance(self.pair, PastPair)

    @property
    def waits(self) -> bool:
        """Whether the own side's first message still waits for a curator."""
        return any(row.is_ours and row.message.state == MessageState.WAITING for row in self.rows)

    @property
    def newest(self) -> int:
        """The key of the newest message of the other side on this page; 0 without one."""
        return next((row.message.pk for row in reversed(self.rows) if not row.is_ours), 0)

    @cached_property
    def mark(self) -> str:
        """A fingerprint of what the page shows, so that what is drawn already is not drawn again."""
        shown = [
            (row.message.pk, row.message.state, str(row.is_ours and row.message.read_at)) for row in self.rows
        ]
        return salted_hmac(
            "conversation", str([shown, self.introduction.state, bool(self.unread)])
        ).hexdigest()[:16]


def conversation_of(pair: Pair) -> Introduction | None:
    """Return the newest introduction of the pair that is or was mutual; None without one."""
    return introductions_between(pair).filter(state__in=TALKS).select_related("startup", "investor").first()


def past_pair(member: CurrentCompany, public_id: str) -> PastPair | None:
    """Return the pair with a company that does not exist for the member now.

    If their conversation has ended.
    """
    own_side, their = str(member.side), str(member.side.other)
    introductions = Introduction.objects.filter(known_to(member.side), state__in=TALKS)
    introductions = introductions.filter(
        **{f"{own_side}_id": member.company_id, f"{their}__public_id": public_id}
    )
    if member.interactions.hidden:
        introductions = introductions.exclude(**{f"{their}_id__in": member.interactions.hidden})
    newest = introductions.select_related("startup", "investor").order_by("-asked_at", "-pk").first()
    if newest is None or newest.state != IntroductionState.CLOSED:
        return None
    return PastPair(member, newest.startup, newest.investor, newest.left_name)


def conversation_page(pair: Pair, introduction: Introduction, user: User, number: str) -> ConversationPage:
    side = pair.member.side
    thread = messages_for(introduction, side).order_by("-shown_at", "-pk")
    page = Paginator(thread, PER_PAGE).get_page(number)
    reported = set(
        MessageReport.objects.filter(message__introduction=introduction, side=side).values_list(
            "message_id", flat=True
        )
    )
    is_here = not isinstance(pair, PastPair)
    rows = [_row(message, side, user, reported, is_here=is_here) for message in page.object_list]
    rows = _with_translations(rows, pair) if is_here else rows
    return ConversationPage(
        pair=pair,
        introduction=introduction,
        page=page,
        rows=rows[::-1],
        unread=unread_counts(user).get(introduction.pk, 0),
        is_blocked=side in blocked_by(pair.startup, pair.investor),
    )


def messages_for(introduction: Introduction, side: Side) -> QuerySet[Any]:
    both = Q(side=side) | Q(side=side.other, state__in=REACHED)
    shown_at = Coalesce("delivered_at", "at")
    return introduction.messages.filter(both).select_related("by", "file").annotate(shown_at=shown_at)


def message_with_file(pair: Pair, pk: int) -> Message | None:
    """Return a message with a file that the member may have now."""
    introduction = conversation_of(pair)
    if introduction is None:
        return None
    ours, theirs = Q(side=pair.member.side), Q(state=MessageState.DELIVERED)
    allowed = ours | theirs if introduction.state == IntroductionState.MUTUAL else ours
    message: Message | None = (
        messages_for(introduction, pair.member.side)
        .filter(allowed, pk=pk, file__state=FileState.READY)
        .first()
    )
    return message


def message_from_them(pair: Pair, pk: int) -> Message | None:
    introduction = conversation_of(pair)
    if introduction is None:
        return None
    return Message.objects.filter(
        introduction=introduction, pk=pk, side=pair.member.side.other, state=MessageState.DELIVERED
    ).first()


def read_up_to(introduction: Introduction, side: Side, pk: int) -> datetime | None:
    """Return when the message that a person has seen last was delivered."""
    theirs = introduction.messages.filter(side=side.other, state__in=REACHED, pk=pk)
    return theirs.values_list("delivered_at", flat=True).first()


def unread_counts(user: User) -> dict[int, int]:
    membership = membership_of(user)
    if membership is None:
        return {}
    company = membership.company
    unread = delivered_to(Side(company.side)).filter(unread_by(company, user)).order_by()
    return dict(unread.values_list("introduction").annotate(count=Count("pk")))


def delivered_to(side: Side) -> "QuerySet[Message]":
    sent = {"side": side.other, "state": MessageState.DELIVERED}
    return Message.objects.filter(**sent, introduction__state=IntroductionState.MUTUAL)


def unread_by(company: Startup | Investor, user: User, _at: datetime | None = None) -> Q:
    seen = LastRead.objects.filter(
        introduction=OuterRef("introduction"), user=user, up_to__gte=OuterRef("delivered_at")
    )
    return Q(~Exists(seen), **{str(company.side): company})


def _row(message: Message, side: Side, user: User, reported: set[int], *, is_here: bool) -> MessageRow:
    is_ours, author, role = message.side == side, "", ""
    if message.by_id != user.pk and (is_ours or is_here):
        author = message.by.get_full_name() if is_ours else message.by.full_name
        role = message.by.job_title if author else ""
    return MessageRow(message, is_ours, author, role, message.pk in reported)


def _with_translations(rows: list[MessageRow], pair: Pair) -> list[MessageRow]:
    texts = [row.message.text for row in rows if not row.is_ours and row.is_readable]
    found = kept_translations(pair.counterpart, texts, target=reading())
    return [row if row.is_ours else replace(row, translation=found.get(row.message.text)) for row in rows]


AROUND = 3  # messages before and after a reported one that a curator reads with it
PAIR = ("startup", "investor", "introduction", "file")


def waiting_first() -> "QuerySet[Message]":
    waiting = Message.objects.filter(state=MessageState.WAITING)
    still_open = waiting.filter(introduction__state=IntroductionState.MUTUAL)
    return still_open.select_related(*PAIR).order_by("at", "pk")


def open_reports() -> "QuerySet[MessageReport]":
    """Return undecided reports, the oldest first."""
    related = ("by", *PAIR[:2], *(f"message__{name}" for name in PAIR))
    return MessageReport.objects.filter(decision="").select_related(*related).order_by("at", "pk")


def around(message: Message) -> list[Message]:
    delivered = Message.objects.filter(introduction=message.introduction, delivered_at__isnull=False)
    delivered = delivered.select_related("file")
    moment = message.delivered_at
    before = delivered.filter(Q(delivered_at__lt=moment) | Q(delivered_at=moment, pk__lte=message.pk))
    after = delivered.filter(Q(delivered_at__gt=moment) | Q(delivered_at=moment, pk__gt=message.pk))
    earlier = list(before.order_by("-delivered_at", "-pk")[: AROUND + 1])
    return [*earlier[::-1], *after.order_by("delivered_at", "pk")[:AROUND]]


def file_for_curators(pk: int) -> Message | None:
    judged = Q(state=MessageState.WAITING) | Q(reports__decision="", reports__isnull=False)
    messages = Message.objects.filter(judged, pk=pk, file__state=FileState.READY)
    return messages.select_related(*PAIR).first()


TABLES = ("taxonomy", "needs", "forms", "stages")
LANGUAGES = ("en", "zh", "ur")
MOST_TERMS = 12  # shown beside one text
LONGEST_TERM = 6  # words of one term, or Chinese characters
WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class TextTerm:
    said: str
    meant: str
    is_wider: bool  # the tables know the term as one of several words for the concept, not as its name


def terms_in(text: str, *, language: str, reader: str) -> list[TextTerm]:
    """Return the terms of a text in `language` with their names for the `reader`, each once.

    Longest first.
    """
    if language == reader or language not in LANGUAGES:
        return []
    names = _names(language, reader)
    terms: dict[str, TextTerm] = {}
    for phrase in _phrases(text, language):
        concept = names.get(phrase.casefold())
        if concept and concept.meant.casefold() not in terms:
            terms[concept.meant.casefold()] = replace(concept, said=phrase)
        if len(terms) == MOST_TERMS:
            break
    return list(terms.values())


def _phrases(text: str, language: str) -> Iterator[str]:
    if language == "zh":
        for run in HAN.findall(text):
            yield from _longest_known(list(run), "", _known(language))
    else:
        yield from _longest_known(WORDS.findall(text), " ", _known(language))


def _longest_known(words: list[str], glue: str, phrases: frozenset[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        lengths = range(min(LONGEST_TERM, len(words) - at), 0, -1)
        tried = ((length, glue.join(words[at : at + length])) for length in lengths)
        length, phrase = next(((size, one) for size, one in tried if one.casefold() in phrases), (1, ""))
        if phrase:
            yield phrase
        at += length


@cache
def _known(language: str) -> frozenset[str]:
    return frozenset(_names(language, language))


@cache
def _names(language: str, reader: str) -> dict[str, TextTerm]:
    found: dict[str, TextTerm] = {}
    for rank in (0, 1):
        for row in _rows():
            meant, words = row[reader][0], row[language]
            for word in words[1:] if rank else words[:1]:
                if len(word) > 1 and meant:
                    found.setdefault(word.casefold(), TextTerm(word, meant, bool(rank)))
    return found


@cache
def _rows() -> list[dict[str, list[str]]]:
    """Return every concept of the tables: its names by language, the best one first."""
    concepts = []
    for table in ("glossary", *TABLES):
        for row in csv_rows(DATA / f"{table}.csv"):
            concepts.append({language: _row_names(row, language) for language in LANGUAGES})
    return concepts


def _row_names(row: dict[str, str], language: str) -> list[str]:
    name = row.get(f"name_{language}") or row.get(language) or ""
    spellings = [re.sub(r"\s*[(（].*", "", name), *row.get(f"aliases_{language}", "").split("|")]
    return [word.strip() for word in spellings if word.strip()] or [""]
