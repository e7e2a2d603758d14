"""Any two acts on one deck, deal, outcome or free hour at the same moment: none fails but by a named refusal.

`--races N` runs each two acts N times (`make races`).
"""

from datetime import timedelta
from itertools import combinations, combinations_with_replacement
from types import SimpleNamespace

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks.services import drawing, reading, sharing
from matchmaker.deals.hours import services as hours_services
from matchmaker.deals.hours.selectors import busy_times, free_times, hours_in
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.meetings import services as meetings
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.deals.pipeline import services as pipeline
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.pair import pair_of
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.deck import Deck, DeckAccess, DeckOpening, DeckState, DeckVersion
from matchmaker.models.meeting import AGREED_STATES, Meeting
from matchmaker.models.outcome import IntroductionOutcome, OutcomeState, OutcomeStep
from matchmaker.models.pair_action import ShortlistEntry
from matchmaker.transitions import NotOpenError
from profiles.choices import FileKind
from profiles.integrations.file_checking import SentFile
from profiles.models import AuditRecord, Deal, Investor, Notice, OutboxMail, Startup, User
from profiles.platform.files import services as files
from tests import factories
from tests.matchmaker.deals.decks.decked import make_deck, pdf
from tests.matchmaker.deals.hours.conftest import publish
from tests.matchmaker.deals.outcomes.conftest import answer, record
from tests.matchmaker.introduced import make_introduction
from tests.racing import broken_log

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.attack, pytest.mark.races]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(own_folder):
    """The files of decks are of one test."""


@pytest.fixture
def talk(startup, investor, ayesha, li_wei):
    at = timezone.now() - 120 * DAY
    return make_introduction(startup, investor, by=ayesha, state="mutual", at=at, answered_at=at)


# --- A deck -------------------------------------------------------------------------------------------------

SENT = SentFile(FileKind.PDF, pdf(1), "deck.pdf")
DECK_ACTS = ("ask", "allow", "decline", "close", "block", "begin", "open", "send", "draw")
DECK_ACTS += ("remove", "remove old")


class Readers:
    """A startup with a deck, and an investor that asks for it or reads it. Acts read their records again."""

    def __init__(self, startup, investor, founder, partner):
        self.startup, self.investor, self.founder, self.partner = startup, investor, founder, partner
        Startup.objects.filter(pk=startup.pk).update(visibility={**startup.visibility, "deck": "request"})

    def begin(self, *names):
        for model in (CompanyBlock, DeckOpening, DeckAccess, Notice, OutboxMail):
            model.objects.all().delete()
        for version in DeckVersion.objects.all():
            sharing.forget_files(version)
        Deck.objects.all().delete()
        for _version in range(2):
            deck = make_deck(self.startup, self.founder, pages=1)
        now = timezone.now()
        if "ask" not in names:
            reads = {"begin", "open"} & set(names)
            decided = {"decided_at": now, "until": now + DAY} if reads else {}
            DeckAccess.objects.create(startup=self.startup, investor=self.investor, asked_at=now, **decided)
        if "draw" in names:
            kept = files.keep(
                self.startup, pdf(1), kind=FileKind.PDF, name="deck.pdf", by=self.founder, at=now
            )
            deck.versions.create(number=3, state=DeckState.DRAWING, file=kept, by=self.founder, at=now)

        self.removed = self.removals()

    def removals(self):
        return AuditRecord.objects.filter(action="deck", details__done="removed").count()

    def act(self, name):
        return lambda: self._do(name, timezone.now())

    def _do(self, name, at):
        startup = Startup.objects.get(pk=self.startup.pk)
        investor = Investor.objects.get(pk=self.investor.pk)
        if name in ("allow", "decline", "close"):
            until = at + DAY if name == "allow" else None
            decided = {"until": until, "is_closed": name == "close", "by": self.founder, "at": at}
            sharing.decide(startup, investor, **decided)
        elif name == "block":
            conversations.block_company(startup, investor, side=Side.STARTUP, by=self.founder, at=at)
        elif name == "draw":
            drawing.draw_next(at=at)
        elif name == "send":
            sharing.send(startup, SENT, by=self.founder, at=at)
        elif name.startswith("remove"):
            number = 1 if name == "remove old" else 2
            version = DeckVersion.objects.filter(number=number).select_related("deck__startup").first()
            if version:
                sharing.remove(version, by=self.founder, at=at)
        else:
            self._read(name, startup, at)

    def _read(self, name, startup, at):
        person = User.objects.get(pk=self.partner.pk)
        pair = pair_of(current_company(person), startup.public_id)
        if pair is None:
            raise NotOpenError
        if name == "ask":
            sharing.ask(pair, side=Side.INVESTOR, by=person, at=at)
        elif name == "begin":
            reading.begin_reading(pair, by=person, at=at)
        else:
            version = Deck.objects.select_related("current").get().current
            reading.open_page(version, *pair.both, 1, by=person, at=at)

    def illegal(self, first, second):
        found = []
        deck = Deck.objects.select_related("current").get()
        ready = deck.versions.filter(state=DeckState.READY).order_by("-number").first()
        if deck.current != ready:
            found.append(f"current is {deck.current}, newest is {ready}")
        row = DeckAccess.objects.first()
        if CompanyBlock.objects.exists() and row and row.until:
            found.append("blocked, but let in")
        if {first, second} == {"allow", "decline"} and not (row and row.until):
            found.append("allowed by one, but declined by what was answered already")
        if (
            row
            and row.until is None
            and Notice.objects.filter(kind="deck_allowed").exists()
            and "decline" in (first, second)
        ):
            found.append("told that it may read, but it may not")
        if first == second == "remove" and self.removals() > self.removed + 1:
            found.append("one version removed twice")
        return found


def deck_races(rounds):
    """Return every two acts, or those that touch the same row."""
    if rounds > 1:
        return combinations_with_replacement(DECK_ACTS, 2)
    decisions = combinations(("allow", "decline", "close", "block"), 2)
    removals = [("remove", act) for act in ("remove", "remove old", "begin", "open", "send", "draw")]
    return [*decisions, *removals, ("ask", "block")]


def test_two_acts_on_a_deck(startup, investor, ayesha, li_wei, race, rounds):
    readers = Readers(startup, investor, ayesha, li_wei)
    assert race(deck_races(rounds), readers.begin, readers.act, readers.illegal) == {}


# --- A deal, as a card that moves ---------------------------------------------------------------------------

CARD_ACTS = ("list", "unlist", "note", "clear", "remind", "block")
NOTES = {"next_step": "Call", "note": "Ask for prices", "due_on": None, "in_charge": None, "rating": 4}


class Card:
    """What the investor's team notes about a deal, and where its card stands."""

    def __init__(self, startup, investor, founder, partner):
        self.startup, self.investor, self.founder, self.partner = startup, investor, founder, partner

    def begin(self, *_names):
        for model in (CompanyBlock, ShortlistEntry, Notice):
            model.objects.all().delete()
        now = timezone.now()
        made = {"side": Side.INVESTOR, "by": self.partner, "at": now, "due_on": timezone.localdate()}
        pair = {"startup": self.startup, "investor": self.investor}
        ShortlistEntry.objects.create(**pair, **made, next_step="Call", remind_at=now)

    def act(self, name):
        return lambda: self._do(name, timezone.now())

    def _do(self, name, at):
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.investor.pk)
        who = {"side": Side.INVESTOR, "by": self.partner, "at": at}
        cleared = {"next_step": "", "note": "", "rating": None}
        acts = {
            "list": lambda: shortlists.shortlist(*pair, **who),
            "unlist": lambda: shortlists.remove_from_shortlist(*pair, **who),
            "note": lambda: pipeline.write_notes(*pair, values=NOTES, **who),
            "clear": lambda: pipeline.write_notes(*pair, values=NOTES | cleared, **who),
            "remind": lambda: pipeline.remind_due(at=at),
            "block": lambda: conversations.block_company(*pair, side=Side.STARTUP, by=self.founder, at=at),
        }
        acts[name]()

    def illegal(self, first, second):
        entry, found = ShortlistEntry.objects.first(), []
        if ShortlistEntry.objects.count() > 1:
            found.append("two cards")
        if entry and not (entry.is_listed or entry.has_notes):
            found.append("a card without a place on the list and without notes")
        if entry and {first, second} == {"unlist", "note"} and (entry.is_listed or not entry.has_notes):
            found.append("a lost act")
        if first == second == "remind" and Notice.objects.filter(kind="own_step_due").count() != 1:
            found.append("reminded more than once")
        return found


def test_two_moves_of_a_deal(startup, investor, ayesha, li_wei, race, rounds):
    card = Card(startup, investor, ayesha, li_wei)
    every = combinations_with_replacement(CARD_ACTS, 2)
    telling = [("unlist", "note"), ("unlist", "clear"), ("list", "clear"), ("remind", "remind")]
    assert race(every if rounds > 1 else telling, card.begin, card.act, card.illegal) == {}


# --- An outcome ---------------------------------------------------------------------------------------------

OUTCOME_ACTS = ("record", "record theirs", "confirm", "dispute", "retract", "none", "read", "ask")


class Result:
    """What the startup records of an introduction. Each act reads its records again."""

    def __init__(self, talk, founder, partner, curator):
        self.talk, self.founder, self.partner, self.curator = talk, founder, partner, curator

    def begin(self, *names):
        for model in (IntroductionOutcome, Deal, Notice, OutboxMail):
            model.objects.all().delete()
        if {"confirm", "dispute", "retract", "read"} & set(names):
            outcome = record(self.talk, self.founder)
            if "read" in names:
                answer(outcome, self.partner, "No")

    def act(self, name):
        return lambda: self._do(name, timezone.now())

    def _do(self, name, at):
        talk = type(self.talk).objects.select_related("startup", "investor").get()
        theirs = {"side": Side.INVESTOR, "by": self.partner, "at": at}
        acts = {
            "record": lambda: record(talk, self.founder),
            "record theirs": lambda: record(talk, self.partner),
            "none": lambda: outcomes.say_none(talk, is_over=False, **theirs),
            "ask": lambda: outcomes.ask_due(at=at),
        }
        if name in acts:
            acts[name]()
        elif outcome := IntroductionOutcome.objects.first():
            self._answer(name, outcome, at)

    def _answer(self, name, outcome, at):
        if name == "retract":
            outcomes.retract_outcome(outcome, side=Side.STARTUP, by=self.founder, at=at)
        elif name == "read":
            outcomes.mark_read(outcome, by=self.curator, at=at)
        else:
            answer(outcome, self.partner, "No" if name == "dispute" else "")

    def illegal(self, first, second):
        rows, found = list(IntroductionOutcome.objects.all()), []
        states = [row.state for row in rows]
        for row in rows:
            found += broken_log(row, OutcomeStep.objects.filter(outcome=row))
        if states.count(OutcomeState.RECORDED) > 1:
            found.append("two of a kind wait")
        if Deal.objects.count() != states.count(OutcomeState.CONFIRMED):
            found.append("deals on record")
        answers = Notice.objects.filter(kind="outcome_answered", user=self.founder).count()
        answered = states.count(OutcomeState.CONFIRMED) + states.count(OutcomeState.DISPUTED)
        if "retract" not in (first, second) and answers != answered:
            found.append(f"{answers} notices of an answer")
        return found


def test_two_acts_on_an_outcome(talk, ayesha, li_wei, sana, race, rounds):
    result = Result(talk, ayesha, li_wei, sana)
    every = combinations_with_replacement(OUTCOME_ACTS, 2)
    answers = [*combinations(("confirm", "dispute", "retract"), 2), ("confirm", "confirm")]
    telling = [*answers, ("record", "record theirs"), ("record", "record"), ("read", "retract")]
    assert race(every if rounds > 1 else telling, result.begin, result.act, result.illegal) == {}


# --- A free hour --------------------------------------------------------------------------------------------

HOUR_ACTS = ("choose", "choose too", "propose too", "close hours", "publish others")


def test_two_acts_on_a_free_hour(talk, ayesha, li_wei, race):
    other = factories.make_startup("Ravi Fields")
    ravi = factories.make_founder("ravi@example.com", other)
    at = timezone.now()
    theirs = make_introduction(other, talk.investor, by=ravi, state="mutual", at=at, answered_at=at)
    state = SimpleNamespace()

    def begin(*_names):
        Meeting.objects.all().delete()
        OutboxMail.objects.all().delete()
        state.hours = publish(li_wei)
        hours = hours_in(talk.investor).get()
        state.time = free_times(hours, busy_times(talk, at=timezone.now()), at=timezone.now())[0].starts_at

    def act(name):
        introduction, by = (theirs, ravi) if name.endswith("too") else (talk, ayesha)
        return lambda: do(name, introduction.pk, by, timezone.now())

    def do(name, pk, by, at):
        introduction = type(talk).objects.select_related("startup", "investor").get(pk=pk)
        who = {"side": Side.STARTUP, "by": by, "at": at}
        if name.startswith("choose"):
            meetings.choose_time(introduction, hours=state.hours.pk, starts_at=state.time, **who)
        elif name == "propose too":
            meetings.propose(introduction, times=[state.time], minutes=30, **who)
        elif name == "close hours":
            hours_services.remove(li_wei.membership, by=li_wei, at=at)
        else:
            publish(li_wei, minutes=60)

    def illegal(_first, _second):
        agreed = Meeting.objects.filter(state__in=AGREED_STATES)
        told = OutboxMail.objects.filter(kind="meeting_agreed").count()
        found = [f"{agreed.count()} meetings in one hour"] if agreed.count() > 1 else []
        return found + ([f"{told} emails"] if told != 2 * agreed.count() else [])

    assert race(combinations_with_replacement(HOUR_ACTS, 2), begin, act, illegal) == {}
