"""Any two acts on one pair at the same moment: none fails but by a named refusal, no state is illegal.

`--races N` runs each two acts N times (`make races`: 300 times on both databases).
"""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations_with_replacement
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from matchmaker.choices import PassReason, PinKind, Side
from matchmaker.desk import services as desk
from matchmaker.integrations.task_hints import breaker
from matchmaker.introductions.services import decisions, shortlist
from matchmaker.introductions.services.pairs import NotOpenError
from matchmaker.models import Interest, Pass, Pin, ShortlistEntry
from profiles.audit.hash_chain import verify
from profiles.models import Investor, LimitBucket, OutboxMail, Startup, User
from tests.tally import Tally

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (decisions.PassedError, NotOpenError, desk.AlreadyPinnedError, desk.NotPinnedError)
SIDED = ("interest", "withdraw", "pass", "undo", "shortlist", "note", "remove")
ACTS = [f"{act} {side}" for act in SIDED for side in Side] + ["boost", "hide", "release", "expire"]
Act = Callable[[], object]


class Scene:
    """One pair, who acts on it, and what each act is."""

    def __init__(self, startup: Startup, founder: User, partner: User, curator: User) -> None:
        self.investor: Investor = partner.membership.investor
        self.startup = startup
        self.people = {Side.STARTUP: founder, Side.INVESTOR: partner}
        self.curator = curator

    def begin(self, *names: str) -> None:
        """Make the pair new, with what the acts need: a pass to undo, a pin to release."""
        for model in (Interest, Pass, ShortlistEntry, Pin, LimitBucket):
            model.objects.all().delete()
        before = {"undo": "pass", "pass": "interest", "withdraw": "interest", "remove": "shortlist"}
        for needed in sorted(
            {f"{before[name.split()[0]]} {name.split()[1]}" for name in names if name.split()[0] in before}
        ):
            try:
                self.act(needed)()
            except decisions.PassedError:
                continue
        if {"release", "expire"} & set(names):
            over = timezone.now().date() - timedelta(days=1) if "expire" in names else None
            self._pin(PinKind.BOOST, until=over)

    def act(self, name: str) -> Act:
        """Return what somebody does, on records read for it alone."""
        verb, _space, side = name.partition(" ")
        if not side:
            return {
                "boost": lambda: self._pin(PinKind.BOOST),
                "hide": lambda: self._pin(PinKind.HIDE),
                "release": self._release,
                "expire": lambda: desk.expire(at=timezone.now()),
            }[verb]
        return lambda: self._decide(verb, Side(side))

    def _decide(self, verb: str, side: Side) -> object:
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.investor.pk)
        acts = {
            "interest": decisions.express_interest,
            "withdraw": decisions.withdraw_interest,
            "pass": decisions.pass_on,
            "undo": decisions.undo_pass,
            "shortlist": shortlist.add,
            "note": shortlist.write_note,
            "remove": shortlist.remove,
        }
        more = {"pass": {"reason": PassReason.TEAM}, "note": {"note": "Ask about water."}}.get(verb, {})
        return acts[verb](*pair, side=side, by=self.people[side], at=timezone.now(), **more)

    def _pin(self, kind: PinKind, until: object = None) -> object:
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.investor.pk)
        return desk.pin(
            *pair, kind=kind, note="They met.", expires_on=until, by=self.curator, at=timezone.now()
        )

    def _release(self) -> None:
        for pin in Pin.objects.filter(released_at=None):
            desk.release(pin, note="Over.", by=self.curator, at=timezone.now())


@pytest.fixture
def scene(startup: Startup, ayesha: User, li_wei: User, sana: User) -> Scene:
    return Scene(startup, ayesha, li_wei, sana)


@pytest.fixture(autouse=True)
def _no_hints() -> None:
    """Hold hints back for as long as it takes; the rows are what this is about."""
    breaker.until = math.inf


@pytest.fixture
def together() -> Iterator[Callable[[Act, Act], list[Exception]]]:
    """A function that runs two acts at the same moment on two connections and returns what they raised."""
    barrier = Barrier(2)

    def run(act: Act) -> Exception | None:
        barrier.wait()
        try:
            act()
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        yield lambda *acts: [error for error in pool.map(run, acts) if error is not None]
        list(pool.map(run, [lambda: connection.close()] * 2))  # each thread its own


def illegal() -> list[str]:
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
    if Pin.objects.filter(released_at=None).count() > 1:
        found.append("two open pins")
    return found


@pytest.mark.proves("races")
@pytest.mark.parametrize("first", ACTS)
def test_two_acts_at_once(
    first: str, scene: Scene, together: Callable[[Act, Act], list[Exception]], rounds: int, tally: Tally
) -> None:
    wrong: dict[str, int] = {}
    for _one, second in (two for two in combinations_with_replacement(ACTS, 2) if two[0] == first):
        tally.count(rounds)
        for _round in range(rounds):
            scene.begin(first, second)
            raised = together(scene.act(first), scene.act(second))
            for fault in [*(repr(error) for error in raised if not isinstance(error, REFUSALS)), *illegal()]:
                key = f"{second}: {fault.splitlines()[0][:80]}"
                wrong[key] = wrong.get(key, 0) + 1

    assert wrong == {}, f"of {rounds} runs each"
    assert verify().holds


@pytest.mark.proves("races")
def test_interest_of_both_at_once_is_mutual_and_told_once(
    scene: Scene,
    together: Callable[[Act, Act], list[Exception]],
    as_user: Callable[[User | None], Client],
    rounds: int,
    tally: Tally,
) -> None:
    other = {Side.STARTUP: scene.investor.public_id, Side.INVESTOR: scene.startup.public_id}
    browsers = {side: as_user(scene.people[side]) for side in Side}

    def click(side: Side) -> Act:
        def post() -> None:
            assert (
                browsers[side].post(f"/matches/{other[side]}/interest/", {"wanted": "1"}).status_code == 302
            )

        return post

    tally.count(2 * rounds)
    for _round in range(2 * rounds):
        scene.begin()
        OutboxMail.objects.all().delete()
        assert together(click(Side.STARTUP), click(Side.INVESTOR)) == []
        assert set(Interest.objects.values_list("side", flat=True)) == set(Side)
        assert OutboxMail.objects.count() == 1  # to the one who said so first
    assert verify().holds
