"""The shortlist: on it, off it, with a note, and for one's own company only."""

import pytest
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.desk import services as overrides
from matchmaker.introductions.services import decisions
from matchmaker.models.pair_action import Interest, ShortlistEntry
from profiles.models import AuditRecord, Startup
from tests import factories

SHORTLIST = "/shortlist/"


def add(startup, by):
    return decisions.shortlist(startup, by.membership.investor, side=Side.INVESTOR, by=by, at=timezone.now())


def test_putting_on_twice_and_taking_off_twice_is_once(startup, li_wei):
    assert add(startup, li_wei) == add(startup, li_wei)
    for _time in range(2):
        decisions.remove_from_shortlist(
            startup, li_wei.membership.investor, side=Side.INVESTOR, by=li_wei, at=timezone.now()
        )

    assert ShortlistEntry.objects.count() == 0


def test_the_button_works_without_scripts(as_user, li_wei, startup):
    client, address = as_user(li_wei), f"/matches/{startup.public_id}/shortlist/"

    for _click in range(2):
        response = client.post(address, {"wanted": "1", "next": "/matches/?sector=AGR"})
    assert (response.url, ShortlistEntry.objects.count()) == ("/matches/?sector=AGR", 1)

    client.post(address, {"wanted": "0"})
    assert ShortlistEntry.objects.count() == 0


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_led_off_the_site(as_user, li_wei, startup, target):
    response = as_user(li_wei).post(f"/matches/{startup.public_id}/shortlist/", {"next": target})

    assert response.url == f"/matches/{startup.public_id}/"


def test_a_note_is_kept_and_changed(as_user, li_wei, startup):
    client, address = as_user(li_wei), f"/matches/{startup.public_id}/note/"

    client.post(address, {"note": "  Ask about   cotton "})
    client.post(address, {"note": "Ask about cotton"})
    assert [kept["note"] for kept in client.get(SHORTLIST).context["shortlist"]["kept"]] == [
        "Ask about cotton"
    ]
    assert not AuditRecord.objects.filter(action="shortlisted").exists()

    client.post(address, {"note": ""})
    assert ShortlistEntry.objects.get().note == ""


@pytest.mark.parametrize("note", ["x" * 301, "invisible \u200b", "turned \u202e round"])
def test_a_bad_note_is_refused_in_words(as_user, li_wei, startup, note):
    client = as_user(li_wei)

    response = client.post(f"/matches/{startup.public_id}/note/", {"note": note, "next": SHORTLIST})

    assert response.status_code == 422
    assert response.context["form"]["note"].value() == note
    (told,) = response.context["form"].errors["note"]
    assert f"<strong>{told}</strong>" in response.content.decode()
    assert f'name="next" value="{SHORTLIST}"' in response.content.decode()
    assert ShortlistEntry.objects.count() == 0


def test_a_form_changes_nothing_but_the_note(as_user, li_wei, startup):
    other = factories.make_investor("Other Fund")
    fields = {"note": "Mine", "investor": other.pk, "side": "startup", "by": 0, "factors": "{}"}

    as_user(li_wei).post(f"/matches/{startup.public_id}/note/", fields)

    entry = ShortlistEntry.objects.get()
    assert (entry.investor, entry.side, entry.by) == (li_wei.membership.investor, Side.INVESTOR, li_wei)


def test_mutual_interest_stands_first(as_user, li_wei, ayesha, investor, startup):
    other = factories.make_startup("Ravi Soil")
    add(other, li_wei)
    for side, by in ((Side.INVESTOR, li_wei), (Side.STARTUP, ayesha)):
        Interest.objects.create(side=side, startup=startup, investor=investor, by=by)

    kept = as_user(li_wei).get(SHORTLIST).context["shortlist"]["kept"]

    assert [(row["name"], row["state"]) for row in kept] == [
        ("Indus Grow", "You are both interested"),
        ("Ravi Soil", ""),
    ]


def test_the_other_side_does_not_see_it(as_user, ayesha, li_wei, startup):
    add(startup, li_wei)

    assert as_user(ayesha).get(SHORTLIST).context["shortlist"]["kept"] == []


def test_who_left_is_not_on_it(as_user, li_wei, startup):
    add(startup, li_wei)
    Startup.objects.filter(pk=startup.pk).update(matching_consent=False)

    assert as_user(li_wei).get(SHORTLIST).context["shortlist"]["kept"] == []


def test_one_entry_and_three_take_the_same_queries(as_user, li_wei, same_queries):
    client = as_user(li_wei)
    for total in (1, 3):
        while ShortlistEntry.objects.count() < total:
            add(factories.make_startup(f"Startup {ShortlistEntry.objects.count()}"), li_wei)
        with same_queries():
            assert len(client.get(SHORTLIST).context["shortlist"]["kept"]) == total


def test_an_empty_shortlist_says_what_to_do(as_user, li_wei):
    page = as_user(li_wei).get(SHORTLIST).content.decode()

    assert page.count("<h2>Your shortlist is empty</h2>") == 1


def test_a_hidden_pair_keeps_its_owners_note_without_its_name(as_user, li_wei, sana, startup):
    investor = li_wei.membership.investor
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    decisions.shortlist(startup, investor, note="Ask about the valves", **said)
    overrides.curator_override(
        startup,
        investor,
        kind=OverrideKind.HIDE,
        note="Same owner",
        expires_on=None,
        by=sana,
        at=timezone.now(),
    )
    page = as_user(li_wei).get(SHORTLIST).content.decode()
    assert ("Ask about the valves" in page, startup.name_en in page) == (True, False)
