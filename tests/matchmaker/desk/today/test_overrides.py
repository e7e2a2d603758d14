"""A curator's hand on a pairing: said why, on record, and both sides are ranked again."""

from datetime import date
from functools import partial

import pytest

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as overrides
from matchmaker.matching.current_company.selectors import interactions_of
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass, ShortlistEntry
from matchmaker.models.ranking import RankingJob
from matchmaker.transitions import NotOpenError
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord
from profiles.refusals import RefusedError
from tests.factories import MOMENT, make_investor
from tests.matchmaker import ranked


def boost(startup, investor, by, note="Met at the irrigation fair"):
    return overrides.curator_override(
        startup, investor, kind=OverrideKind.BOOST, note=note, expires_on=date(2026, 6, 1), by=by, at=MOMENT
    )


def test_a_boost_is_on_record_and_has_both_sides_ranked(startup, sana):
    investor = make_investor()
    boost(startup, investor, sana)

    record = AuditRecord.objects.get()
    assert record.action == "boosted"
    assert record.subject == f"pair:{startup.public_id}:{investor.public_id}"
    assert record.details == {
        "note": "Met at the irrigation fair",
        "kind": "boost",
        "expires_on": "2026-06-01",
    }
    wanted = RankingJob.objects.values_list("side", "profile_id").order_by("side")
    assert list(wanted) == [(Side.INVESTOR, investor.pk), (Side.STARTUP, startup.pk)]


def test_a_pairing_has_one_open_pin_and_a_released_one_stays_for_the_record(startup, sana):
    investor = make_investor()
    first = boost(startup, investor, sana)
    with pytest.raises(RefusedError, match="This pairing is already boosted, hidden or suggested"):
        boost(startup, investor, sana)
    assert CuratorOverride.objects.count() == 1
    overrides.release(first, note="The fair is over", by=sana, at=MOMENT)
    with pytest.raises(RefusedError, match="It was already removed"):
        overrides.release(first, note="Again", by=sana, at=MOMENT)
    boost(startup, investor, sana)

    assert CuratorOverride.objects.count() == 2
    assert AuditRecord.objects.filter(action="released").count() == 1


def test_only_curators_pin_and_say_why(startup, ayesha, sana):
    with pytest.raises(ReasonMissingError):
        boost(startup, make_investor(), sana, note="  ")
    with pytest.raises(NotACuratorError):
        boost(startup, make_investor(), ayesha)
    assert not CuratorOverride.objects.exists()


# --- What a hidden pair is to its sides --------------------------------------------------------------------


def hide(startup, investor, by):
    return overrides.curator_override(
        startup, investor, kind=OverrideKind.HIDE, note="Same owner", expires_on=None, by=by, at=MOMENT
    )


def say_everything(startup, investor, founder, partner):
    """Let both sides say yes, and remember each other."""
    for side, by in ((Side.STARTUP, founder), (Side.INVESTOR, partner)):
        decisions.express_interest(startup, investor, side=side, by=by, at=MOMENT)
        shortlists.shortlist(startup, investor, side=side, note="Call them", by=by, at=MOMENT)


def test_a_hidden_pair_is_nowhere_for_either_side_from_the_next_request(
    startup, investor, ayesha, li_wei, sana, as_user
):
    say_everything(startup, investor, ayesha, li_wei)
    ranked.rank_whole()
    hide(startup, investor, sana)  # no worker has ranked again yet

    for user, other in ((ayesha, investor), (li_wei, startup)):
        client = as_user(user)
        lists = ("/matches/", "/directory/", "/deals/?stage=shortlisted", "/home/")
        assert not [path for path in lists if other.name in client.get(path).content.decode()]
        assert client.get(f"/matches/{other.public_id}/").status_code == 404
        assert client.get(f"/matches/{other.public_id}/?view=plain").status_code == 404
        home = client.get("/home/").context["page"]
        assert (home["has_begun"], home["agenda"]["to_answer"]) == (False, 0)


def test_a_hidden_pair_answers_as_what_does_not_exist(startup, investor, li_wei, sana, as_user):
    hide(startup, investor, sana)
    client = as_user(li_wei)

    for act in ("pass", "unpass", "interest", "shortlist", "note"):
        data = {"reason": "team", "note": "x"}
        hidden = client.post(f"/matches/{startup.public_id}/{act}/", data)
        absent = client.post(f"/matches/000000000000/{act}/", data)
        assert (hidden.status_code, absent.status_code) == (404, 404)
    assert [model.objects.count() for model in (Pass, Interest, ShortlistEntry)] == [0, 0, 0]


def test_nothing_is_said_about_a_pair_that_was_hidden_a_moment_ago(startup, investor, li_wei, sana):
    hide(startup, investor, sana)

    acted = {"side": Side.INVESTOR, "by": li_wei, "at": MOMENT}
    pass_on = partial(decisions.pass_on, reason=PassReason.TEAM)
    for act in (decisions.express_interest, pass_on, shortlists.shortlist):
        with pytest.raises(NotOpenError):
            act(startup, investor, **acted)


def test_a_released_pair_is_as_it_was_before(startup, investor, ayesha, li_wei, sana, as_user):
    say_everything(startup, investor, ayesha, li_wei)
    before = interactions_of(Side.STARTUP, startup.pk)
    curator_override = hide(startup, investor, sana)
    assert interactions_of(Side.STARTUP, startup.pk).mutual == frozenset()

    overrides.release(curator_override, note="Settled", by=sana, at=MOMENT)

    assert interactions_of(Side.STARTUP, startup.pk) == before
    assert as_user(li_wei).get(f"/matches/{startup.public_id}/").status_code == 200


def test_a_boosted_pair_stays_open(startup, investor, li_wei, sana, as_user):
    boost(startup, investor, sana)

    assert as_user(li_wei).get(f"/matches/{startup.public_id}/").status_code == 200
