"""Any two acts on one pair at the same moment: none fails but by a named refusal, no state is illegal.

`--races N` runs each two acts N times (`make races`: 300 times on both databases).
"""

from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.deals.introductions.services import deadlines, decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as desk
from matchmaker.models.introduction import OPEN, Introduction, IntroductionState, IntroductionStep
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass, ShortlistEntry
from matchmaker.transitions import TransitionRefusedError
from profiles.models import Investor, LimitBucket, OutboxMail, Startup
from tests.racing import broken_log
from tests.sealing import seal_and_verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

SIDED = ("interest", "later", "withdraw", "pass", "undo", "shortlist", "note", "remove")
ACTS = [f"{act} {side}" for act in SIDED for side in Side]
ACTS += ["boost", "hide", "release", "expire", "deadlines"]


class Scene:
    """One pair, who acts on it, and what each act is."""

    def __init__(self, startup, founder, partner, curator):
        self.investor: Investor = partner.membership.investor
        self.startup = startup
        self.people = {Side.STARTUP: founder, Side.INVESTOR: partner}
        self.curator = curator

    def begin(self, *names):
        """Make the pair new, with what the acts need: a pass to undo, a pin to release."""
        for model in (Introduction, Interest, Pass, ShortlistEntry, CuratorOverride, LimitBucket):
            model.objects.all().delete()
        before = {"undo": "pass", "pass": "interest", "withdraw": "interest", "remove": "shortlist"}
        needs = {
            f"{before[name.split()[0]]} {name.split()[1]}" for name in names if name.split()[0] in before
        }
        needs |= {f"interest {Side(name.split()[1]).other}" for name in names if name.startswith("later")}
        needs |= {"interest startup"} if "deadlines" in names else set()
        for needed in sorted(needs):
            try:
                self.act(needed)()
            except (decisions.PassedError, TransitionRefusedError):
                continue
        if {"release", "expire"} & set(names):
            over = timezone.now().date() - timedelta(days=1) if "expire" in names else None
            self._override(OverrideKind.BOOST, until=over)

    def act(self, name):
        """Return what someone does, on records read for it alone."""
        verb, _space, side = name.partition(" ")
        if not side:
            return {
                "boost": lambda: self._override(OverrideKind.BOOST),
                "hide": lambda: self._override(OverrideKind.HIDE),
                "release": self._release,
                "expire": lambda: desk.expire(at=timezone.now()),
                "deadlines": lambda: deadlines.advance(at=timezone.now() + timedelta(days=90)),
            }[verb]
        return lambda: self._decide(verb, Side(side))

    def _decide(self, verb, side):
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.investor.pk)
        acts = {
            "interest": decisions.express_interest,
            "later": decisions.answer_later,
            "withdraw": decisions.withdraw_interest,
            "pass": decisions.pass_on,
            "undo": decisions.undo_pass,
            "shortlist": shortlists.shortlist,
            "note": shortlists.shortlist,
            "remove": shortlists.remove_from_shortlist,
        }
        more = {
            "pass": {"reason": PassReason.TEAM},
            "note": {"note": "Ask about water."},
            "later": {"line": ""},
        }.get(verb, {})
        return acts[verb](*pair, side=side, by=self.people[side], at=timezone.now(), **more)

    def _override(self, kind, until=None):
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.investor.pk)
        return desk.curator_override(
            *pair, kind=kind, note="They met.", expires_on=until, by=self.curator, at=timezone.now()
        )

    def _release(self):
        for curator_override in CuratorOverride.objects.filter(released_at=None):
            desk.release(curator_override, note="Over.", by=self.curator, at=timezone.now())


@pytest.fixture
def scene(startup, ayesha, li_wei, sana):
    return Scene(startup, ayesha, li_wei, sana)


def illegal(*_acts):
    """Return what is wrong with the pair's rows."""
    found = []
    for side in Side:
        counts = {
            model: model.objects.filter(side=side).count() for model in (Interest, Pass, ShortlistEntry)
        }
        if counts[Interest] and counts[Pass]:
            found.append(f"{side}: interest and pass")
        if max(counts.values()) > 1:
            found.append(f"{side}: a row twice")
    if CuratorOverride.objects.filter(released_at=None).count() > 1:
        found.append("two open pins")
    return [*found, *illegal_introductions()]


def illegal_introductions():
    """Return where an introduction, its log, and what both sides said contradict each other."""
    rows = list(Introduction.objects.all())
    is_open = [row.state in OPEN for row in rows]
    said = set(Interest.objects.values_list("side", flat=True))
    found = [fault for row in rows for fault in contradicted(row, said)]
    for row in rows:
        found += broken_log(row, IntroductionStep.objects.filter(introduction=row))
    if sum(is_open) > 1:
        found.append("two open introductions")
    if rows and not any(is_open) and said == set(Side):
        found.append("both say yes, but nothing is open")
    return found


def contradicted(row, said):
    """Return where the state of an introduction is not what both sides said."""
    needed = {IntroductionState.MUTUAL: set(Side)}
    needed |= {state: {row.asked_by} for state in (IntroductionState.ASKED, IntroductionState.LATER)}
    return [] if needed.get(row.state, set()) <= said else [f"{row.state}, but said {sorted(said)}"]


@pytest.mark.attack
@pytest.mark.parametrize("first", ACTS)
def test_two_acts_at_once(first, scene, race, rounds):
    """Once, each act meets itself and the other side's yes; many times, each meets each."""
    pairs = list(combinations_with_replacement(ACTS, 2))
    if rounds == 1:
        pairs = [(first, first), (first, "interest investor")]
    assert race([two for two in pairs if two[0] == first], scene.begin, scene.act, illegal) == {}


@pytest.mark.attack
@pytest.mark.sqlite
def test_interest_of_both_at_once_is_mutual_and_told_once(scene, together, as_user, rounds, tally):
    forms = {
        Side.STARTUP: (
            f"/introductions/{scene.investor.public_id}/ask/",
            {"why": "Pumps", "purpose": "A pilot", "next_step": "A call"},
        ),
        Side.INVESTOR: (f"/matches/{scene.startup.public_id}/interest/", {"wanted": "1"}),
    }
    browsers = {side: as_user(scene.people[side]) for side in Side}

    def click(side):
        def post():
            assert browsers[side].post(*forms[side]).status_code == 302

        return post

    tally.count(2 * rounds)
    for _round in range(2 * rounds):
        scene.begin()
        OutboxMail.objects.all().delete()
        assert together(click(Side.STARTUP), click(Side.INVESTOR)) == []
        assert set(Interest.objects.values_list("side", flat=True)) == set(Side)
        mutual = OutboxMail.objects.filter(kind="mutual_interest")
        assert mutual.count() == 1  # to the one who said so first
        assert Introduction.objects.get().state == IntroductionState.MUTUAL
    assert seal_and_verify().holds
