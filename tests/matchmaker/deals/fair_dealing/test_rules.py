"""When a governance check applies: in words, built from conditions, counted before it is saved, restored."""

import json

import pytest
from django.utils import translation

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing import services
from matchmaker.deals.fair_dealing.selectors.rules import Names, in_words, rule_of, trigger_of
from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import SectorAct
from profiles.models import AuditRecord, CheckVersion, Deal, GovernanceCheck, PartnershipForm, Sector
from tests import factories
from tests.factories import MOMENT
from tests.matchmaker.deals.fair_dealing import pairs
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db

CODE = "GOV-PK-13"
PAGE = f"/desk/governance/{CODE}/"
RULE = f"{PAGE}rule/"
EQUITY = {"all": [{"f": "form", "in": ["equity"]}]}


def check(code=CODE):
    return GovernanceCheck.objects.get(code=code)


def sent(client, address=RULE):
    """Return the form of a rule as the browser sends it."""
    page = client.get(address)
    form = page.context["form"]
    data = {"joined": form.rule.joined, "seen": page.context["seen"], "new": ""}
    for at, line in enumerate(form.lines):
        data |= {f"{name}-{at}": line[name].value() or "" for name in ("asked", "value", "group")}
        data[f"fact-{at}"] = line["fact"]
    return data


# --- Words and lines ---------------------------------------------------------------------------------------


def test_the_builder_shows_and_keeps_every_rule_of_the_table():
    for each in GovernanceCheck.objects.all():
        rule = rule_of(each.trigger)
        assert rule is not None, each.code
        assert trigger_of(rule) == each.trigger


def test_a_rule_that_is_nested_deeper_is_left_to_its_text():
    test = {"f": "form", "in": ["equity"]}
    assert rule_of({"all": [{"any": [{"all": [test, test]}, test]}]}) is None
    assert rule_of({"all": [{"all": [test, test]}]}) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["The startup's sectors – one of: Healthtech, Connectivity and IoT networks", "yes"]),
        ("ur", ["صحت"]),
        ("zh-hans", ["医疗"]),
    ],
)
def test_a_rule_is_told_in_the_reader_s_language(language, words):
    trigger = {"any": [{"f": "sector", "has_any": ["MED", "NET01"]}, {"f": "cross_border", "is": True}]}
    with translation.override(language):
        found = in_words(trigger, Names())
        names = [Sector.objects.get(code=code).name for code in ("MED", "NET01")]
    assert ", ".join(names) in found.inner[0].text


# --- Building ----------------------------------------------------------------------------------------------


def test_a_curator_builds_a_rule_without_scripts_and_saves_it(desk):
    data = sent(desk)

    page = desk.post(RULE, data | {"new": "stake_pct", "add": "1"})
    assert [line["fact"] for line in page.context["form"].lines][-1] == "stake_pct"
    assert check().edited_at is None

    at = len(page.context["form"].lines) - 1
    more = {f"fact-{at}": "stake_pct", f"asked-{at}": "gte", f"value-{at}": "12.5", f"group-{at}": ""}
    response = desk.post(RULE, data | more | {"joined": "all"})

    assert response.status_code == 302
    assert check().trigger["all"][-1] == {"f": "stake_pct", "gte": 12.5}
    details = AuditRecord.objects.get(action="governance").details
    assert details["before"]["trigger"] != details["after"]["trigger"] == check().trigger


def test_conditions_of_a_group_become_one_and_a_removed_one_goes(desk):
    data = {"joined": "all", "seen": json.dumps(check().trigger), "new": ""}
    for at, (fact, value, group) in enumerate(
        [
            ("form", ["equity"], "A"),
            ("cross_border", "yes", ""),
            ("stake_pct", "10", "A"),
            ("form", ["safe"], ""),
        ]
    ):
        asked = {"form": "in", "cross_border": "is", "stake_pct": "gte"}[fact]
        data |= {f"fact-{at}": fact, f"asked-{at}": asked, f"value-{at}": value, f"group-{at}": group}

    left = desk.post(RULE, data | {"drop": "4"}).context["form"].rule.lines
    assert [line.fact for line in left] == ["form", "cross_border", "stake_pct"]
    assert desk.post(RULE, {**data, "fact-3": ""}).status_code == 302
    assert check().trigger == {
        "all": [
            {"any": [{"f": "form", "in": ["equity"]}, {"f": "stake_pct", "gte": 10}]},
            {"f": "cross_border", "is": True},
        ]
    }


def test_what_is_not_of_the_language_is_refused(as_user, sana):
    for changed in (
        {"value-0": ["no-such-code"]},
        {"value-0": []},
        {"joined": "maybe"},
        {"fact-0": "mood"},
        {"value-0": "\0"},
        {"asked-0": "like", "value-0": []},
        {"group-0": "Z", "value-0": []},
    ):
        before = check().trigger
        response = as_user(sana).post(RULE, sent(as_user(sana)) | changed)
        assert (response.status_code, check().trigger) == (422, before)


def test_a_text_that_is_not_of_the_language_is_refused(as_user, sana):
    for trigger in ('{"f": "mood", "is": true}', '{"f": "form", "like": ["x"]}', "[]", "no json"):
        response = as_user(sana).post(RULE, {"trigger": trigger, "seen": json.dumps(check().trigger)})
        assert (response.status_code, set(response.context["text_form"].errors)) == (422, {"trigger"})
        assert check().edited_at is None


# --- Counting ----------------------------------------------------------------------------------------------


def test_a_count_names_the_pairs_and_saves_nothing(as_user, sana, startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    pairs.say_yes(startup, investor, Side.STARTUP, ayesha)
    equity = PartnershipForm.objects.get(code="equity")
    Deal.objects.create(investor=investor, startup=startup, form=equity, closed_on=MOMENT.date())
    client = as_user(sana)
    text = {"trigger": json.dumps({"f": "form", "in": ["equity"]}), "seen": "null"}

    for address in (RULE, f"{RULE}count/"):
        found = client.post(address, text | {"preview": "1"}).context["preview"]
        assert (found.looked_at, len(found.more), len(found.fewer)) == (2, 2, 0)
        assert {pair.name for pair in found.more} == {"Indus Grow × Pearl River Capital"}
    assert check().edited_at is None
    assert not AuditRecord.objects.filter(action="governance").exists()


def test_a_count_takes_the_same_queries_for_one_and_three(desk, li_wei, same_queries):
    data = sent(desk)
    desk.post(f"{RULE}count/", data)  # begins the count of readings
    for at in range(3):
        made = factories.make_startup(f"Startup {at}")
        Deal.objects.create(investor=li_wei.membership.investor, startup=made, closed_on=MOMENT.date())
        if at != 1:
            with same_queries():
                assert desk.post(f"{RULE}count/", data).status_code == 200


def test_a_rule_follows_the_tree_of_sectors(talks, sana):
    """GOV-PK-07 asks for sectors of media: what moves there or takes one in gets it."""

    def has_it():
        page = talks.founder.get(f"/matches/{talks.investor.public_id}/fair-dealing/")
        return "GOV-PK-07" in [row.check.code for row in page.context["page"]["checks"].rows]

    assert not has_it()
    move = taxonomy.change(Wanted(SectorAct.MOVE, "AGR01", "MED"), by=sana, at=MOMENT)
    assert has_it()
    taxonomy.undo(move, by=sana, at=MOMENT)
    assert not has_it()
    taxonomy.change(Wanted(SectorAct.MERGE, "COM05", "AGR01"), by=sana, at=MOMENT)
    assert has_it()


# --- Versions ----------------------------------------------------------------------------------------------


def test_an_edit_is_a_version_and_an_older_one_is_restored_as_a_new_one(as_user, sana):
    client, before = as_user(sana), services.values_of(check())
    services.revise_check(check(), changes={"trigger": EQUITY, "status": "replaced"}, by=sana, at=MOMENT)

    page = client.get(f"{PAGE}versions/1/")
    assert {each.label for each in page.context["differences"]} == {"Applies when", "Status of the rule"}
    assert client.post(f"{PAGE}versions/1/").status_code == 302

    assert services.values_of(check()) == before
    assert list(CheckVersion.objects.values_list("number", "back_to")) == [(3, 1), (2, None), (1, None)]
    details = AuditRecord.objects.filter(action="governance").order_by("pk").last().details
    assert (details["back_to"], details["before"]["status"]) == (1, "replaced")


def test_who_read_an_older_rule_does_not_overwrite_a_newer_one(sana, desk):
    data = sent(desk)
    services.revise_check(check(), changes={"trigger": EQUITY}, by=sana, at=MOMENT)

    response = desk.post(RULE, data | {"joined": "always"})

    assert (response.status_code, check().trigger) == (422, EQUITY)
    assert "Someone else has changed this rule" in response.content.decode()
    assert desk.post(RULE, data | {"seen": response.context["seen"], "joined": "always"}).status_code == 302
    assert check().trigger == {"always": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.vendor("postgresql")
def test_of_two_curators_who_change_one_rule_at_once_one_is_refused(sana):
    stored = check()
    seen = {"trigger": stored.trigger}
    acts = [
        lambda new=new: services.revise_check(stored, changes={"trigger": new}, seen=seen, by=sana, at=MOMENT)
        for new in (EQUITY, {"always": True})
    ]
    assert kinds(at_once(*acts)) == ["", "ChangedMeanwhileError"]
    assert CheckVersion.objects.count() == 2
