"""Token buckets: exact with many at once, filled by the time that is passed in, each on its own."""

from datetime import timedelta

import pytest

from matchmaker.deals.replies.kinds import ANSWER_LIMIT
from matchmaker.portal.own_data.kinds import LEAVE_LIMIT
from profiles.models import LimitBucket, User
from profiles.people.accounts.kinds import UNREAD_INVITE_LIMIT
from profiles.platform.limits import services as limits
from profiles.platform.limits.services import LIMITS, Kind, Limit, network_of
from tests.factories import MOMENT, make_founder, make_investor, make_startup
from tests.racing import at_once, kinds

SMALL = Limit(5, 10)  # one token in six minutes


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Count interest in small buckets: five an account, seven a company."""
    monkeypatch.setitem(LIMITS, "interest", {Kind.ACCOUNT: SMALL, Kind.COMPANY: Limit(7, 10)})


def taken(tries: int, *, by: User, minutes: float = 0) -> int:
    """Return how many of so many tries are allowed."""
    allowed = 0
    for _try in range(tries):
        try:
            limits.take_token(
                "interest", account=by, company=by.membership.startup, at=MOMENT + timedelta(minutes=minutes)
            )
        except limits.LimitReachedError:
            continue
        allowed += 1
    return allowed


@pytest.mark.attack
@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_a_full_bucket_allows_its_capacity(self, ayesha):
        assert taken(20, by=ayesha) == 5

    @pytest.mark.parametrize(("minutes", "more"), [(5.99, 0), (6, 1), (13, 2), (29.9, 4), (30, 5), (600, 5)])
    def test_it_fills_with_the_time_passed_in(self, minutes, more, ayesha):
        taken(5, by=ayesha)
        LimitBucket.objects.filter(key__contains=":company:").delete()
        assert taken(20, by=ayesha, minutes=minutes) == more

    def test_the_refusal_says_how_long(self, ayesha):
        taken(5, by=ayesha)
        with pytest.raises(limits.LimitReachedError) as refused:
            limits.take_token("interest", account=ayesha, at=MOMENT + timedelta(minutes=2))
        assert refused.value.wait == timedelta(minutes=4)
        limits.take_token("interest", account=ayesha, at=MOMENT + timedelta(minutes=2) + refused.value.wait)

    def test_colleagues_share_the_companys_and_another_company_has_its_own(self, ayesha):
        colleague = make_founder("bilal@example.com", ayesha.membership.startup)
        stranger = make_founder("zara@example.com", make_startup("Elsewhere"))
        assert [taken(20, by=one) for one in (ayesha, colleague, stranger)] == [5, 2, 5]

    def test_each_other_company_has_its_own(self, ayesha, li_wei, monkeypatch):
        monkeypatch.setitem(LIMITS, "interest", {Kind.PAIR: Limit(2, 10)})
        own = {"company": ayesha.membership.startup, "at": MOMENT}
        pearl = li_wei.membership.investor
        for other in (pearl, make_investor("Ravi Capital")):
            for _allowed in range(2):
                limits.take_token("interest", **own, other=other)
        with pytest.raises(limits.LimitReachedError):
            limits.take_token("interest", **own, other=pearl)

    def test_a_refusal_by_one_bucket_costs_the_other_nothing(self, ayesha):
        colleague = make_founder("bilal@example.com", ayesha.membership.startup)
        taken(20, by=ayesha)
        taken(20, by=colleague)
        limits.take_token("interest", account=colleague, at=MOMENT)
        assert LimitBucket.objects.get(key=f"interest:account:{colleague.pk}").full_at == MOMENT + timedelta(
            minutes=18
        )

    def test_a_day_old_bucket_is_forgotten_and_a_used_one_is_not(self, ayesha):
        taken(5, by=ayesha)
        full = MOMENT + timedelta(minutes=30)
        assert limits.forget_full(at=full + timedelta(days=1)) == 0
        assert limits.forget_full(at=full + timedelta(days=1, seconds=1)) == 2
        assert not LimitBucket.objects.exists()

    def test_addresses_are_kept_as_fingerprints(self, db):
        limits.take_token("sign_up", client_ip="203.0.113.9", address="Zara@example.com", at=MOMENT)
        keys = " ".join(LimitBucket.objects.values_list("key", flat=True))
        assert ("zara" in keys.lower(), "203.0.113" in keys, LimitBucket.objects.count()) == (False, False, 2)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_a_network_is_what_one_person_has(address, network):
    assert network_of(address) == network


# Left out: emails that strangers send to strangers, deletions of a company, answers to refused emails.
def test_every_limit_lets_people_work():
    for verb in LIMITS.keys() - {UNREAD_INVITE_LIMIT, LEAVE_LIMIT, ANSWER_LIMIT}:
        assert LIMITS[verb], verb
        assert all(limit.capacity >= 5 and limit.per_hour >= 1 for limit in LIMITS[verb].values()), verb


@pytest.mark.attack
@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_exact_with_eight_at_once(ayesha):
    """The bucket does not exist before, so the first eight make it at once too."""
    assert ayesha.membership.startup  # read once, before the threads

    def often() -> int:
        return taken(5, by=ayesha)

    def once() -> int:
        limits.take_token("interest", account=ayesha, at=MOMENT)
        return 1

    for act, rounds in ((often, 5), (once, 20)):
        for _round in range(rounds):
            LimitBucket.objects.all().delete()
            found = at_once(*[act] * 8)
            assert sum(each for each in found if isinstance(each, int)) == SMALL.capacity
            assert kinds(found)[-1] in ("", "LimitReachedError")
