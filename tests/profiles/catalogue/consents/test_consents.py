"""Consents: for the whole profile, by group and by place, on the page and in the service."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from profiles.catalogue.consents import services
from profiles.catalogue.consents.selectors import NEWEST, TEXTS, agreed_purposes, new_text
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.facts import label_of
from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS
from profiles.catalogue.visibility.forms import ChoicesForm
from profiles.catalogue.visibility.policy import POLICY, matchable, withheld_but
from profiles.catalogue.visibility.preview import PreviewPlace, PreviewState, rows
from profiles.choices import Purpose, RowOutcome, Side
from profiles.curation.imports.checking import Checked
from profiles.curation.imports.undoing import agree
from profiles.curation.reviews.selectors.audit_trail import sentence_of
from profiles.models import AuditRecord, Consent, Startup
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.merging import Merging
from tests import factories
from tests.attack.pages import form_of
from tests.consented import leave_out
from tests.factories import MOMENT

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
LATER, LAST = MOMENT + timedelta(days=1), MOMENT + timedelta(days=2)
CELLS = sum(len(group.purposes) for group in CONSENT_GROUPS["startup"].values())


def rows_of(startup: Startup, **fields: Any) -> list[Consent]:
    return list(startup.consents.filter(**fields).order_by("given_at", "pk"))


def test_a_group_is_left_out_and_agreed_to_again_and_every_step_stays(startup, ayesha):
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    leave_out(startup, {"revenue"}, {Purpose.SHOWING}, by=ayesha, at=LATER)

    assert startup.withheld == {"revenue": ["showing"]}
    assert rows_of(startup, group="revenue", purpose="showing") == []  # never given, so nothing has ended
    assert startup.consents.filter(withdrawn_at=None).exclude(group="").count() == CELLS - 1
    assert agreed_purposes(startup) == set(Purpose)

    before, changed_at = Consent.objects.count(), Startup.objects.get().changed_at
    leave_out(startup, {"revenue"}, {Purpose.SHOWING}, by=ayesha, at=LAST)
    assert (Consent.objects.count(), Startup.objects.get().changed_at) == (before, changed_at)

    leave_out(startup, (), (), by=ayesha, at=LAST)
    assert startup.withheld == Startup.objects.get().withheld == {}
    (given,) = rows_of(startup, group="revenue", purpose="showing")
    assert (given.given_at, given.withdrawn_at) == (LAST, None)
    told = [sentence_of(row, ["Indus Grow"]) for row in acts(with_groups=True)]
    assert told == [
        "Ayesha Khan excluded field groups from the consents of Indus Grow: Yearly revenue, as a range.",
        "Ayesha Khan gave consent on behalf of Indus Grow for every field group.",
    ]


def acts(*, with_groups: bool) -> list[AuditRecord]:
    found = AuditRecord.objects.filter(action="consented").order_by("pk")
    return [row for row in found if ("groups" in row.details) == with_groups]


def test_what_was_never_agreed_to_has_no_row(startup, ayesha):
    leave_out(startup, {"ask"}, {Purpose.CROSS_BORDER}, by=ayesha)
    assert rows_of(startup, group="ask", purpose="cross_border") == []
    assert startup.withheld == {"ask": ["cross_border"]}


def test_a_new_text_asks_again_and_the_old_consent_holds_until_then(startup, ayesha):
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    assert new_text(startup) is None
    startup.consents.update(text_version=TEXTS[0].version)

    assert new_text(startup) == NEWEST
    assert agreed_purposes(startup) == {Purpose.MATCHING, Purpose.SHOWING}  # abroad is a consent of its own
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=LATER)

    assert new_text(startup) is None
    old, new = rows_of(startup, group="", purpose="matching")
    assert (old.text_version, old.withdrawn_at) == (TEXTS[0].version, LATER)
    assert (new.text_version, new.given_at, new.withdrawn_at) == (NEWEST.version, LATER, None)
    assert Startup.objects.get().matching_consent


def test_who_had_read_other_consents_is_refused(startup, ayesha):
    stale = Startup.objects.get()
    leave_out(startup, {"ask"}, {Purpose.SHOWING}, by=ayesha)
    with pytest.raises(ChangedMeanwhileError):
        leave_out(stale, (), (), by=ayesha)
    assert Startup.objects.get().withheld == {"ask": ["showing"]}


def test_the_whole_profiles_consents_are_apart_from_those_of_groups(startup, ayesha):
    leave_out(startup, (), (), by=ayesha)
    assert agreed_purposes(startup) == frozenset()
    services.give(startup, purpose=Purpose.MATCHING, by=ayesha, at=MOMENT)
    services.withdraw(startup, purpose=Purpose.SHOWING, by=ayesha, at=MOMENT)
    assert startup.consents.filter(group="ask", purpose="showing", withdrawn_at=None).count() == 1


PAGE, STATUS = "/startup/consents/", "/startup/status/"


def sent_from(client: Client) -> dict[str, Any]:
    """Return what the page would send untouched; a ticked box without a value of its own sends "on"."""
    sent, _names = form_of(client, f"{PAGE}?groups")
    return {name: "on" if values == [""] else values for name, values in sent.items()}


def test_a_box_is_left_out_and_two_people_on_the_page_lose_nothing(as_user, startup, ayesha):
    colleague = factories.make_founder("colleague@example.com", startup)
    mine, theirs = sent_from(as_user(ayesha)), sent_from(as_user(colleague))
    assert mine["revenue-showing"] == "on"
    assert "founders-matching" not in mine  # a group that no score uses asks for no such consent

    mine.pop("revenue-showing")
    assert as_user(ayesha).post(PAGE, mine).status_code == 302
    theirs.pop("ask-cross_border")
    assert as_user(colleague).post(PAGE, theirs).status_code == 302
    startup.refresh_from_db()
    assert startup.withheld == {"revenue": ["showing"], "ask": ["cross_border"]}

    shown = as_user(ayesha).get(PAGE).text
    assert "This does not apply to Revenue: anyone who can see your profile can see these too" in " ".join(
        shown.split()
    )
    page = as_user(ayesha).get("/startup/preview/?state=checked&place=here")
    assert page.context["places"]
    assert "hidden in this view" in page.content.decode()


def test_nothing_is_ticked_or_agreed_to_before_its_owner_ticks_it(as_user, stranger):
    factories.make_investor()
    stranger.emailaddress_set.update(verified=True)
    factories.begin(client := as_user(stranger), name_en="Ravi Water")
    basics = {"name_en": "Ravi Water", "pitch": "Water", "summary_en": "Pumps.", "languages": ["en"]}
    client.post("/startup/basics/", basics | {"contact_name": "Ravi", "contact_email": "r@ravi.example"})
    page = client.get(f"{PAGE}?groups")
    boxes = [box for box in page.context["form"] if box.field.__class__.__name__ == "BooleanField"]
    assert [box.name for box in boxes if box.initial] == []
    assert " checked" not in "".join(re.findall("<input[^>]*>", page.content.decode()))
    for name in ("China", "Separate consent", "Contact person", "contact email"):
        assert name.lower() in page.content.decode().lower(), name

    factories.agree(client, "startup", "matching", "showing")  # no word of any group
    made = Startup.objects.get()
    assert made.withheld == withheld_but(Side.STARTUP)
    assert not any(matchable(made, name) for name in ("ask", "revenue", "revenue_band"))
    assert "Choose what others can see" in client.get(STATUS).content.decode()

    sent = sent_from(client) | {"revenue-showing": "on", "cross_border": "on"}
    assert client.post(PAGE, sent).status_code == 302
    made.refresh_from_db()
    assert agreed_purposes(made) == set(Purpose)
    assert made.withheld["revenue"] == ["matching", "cross_border"]
    assert rows_of(made, group="revenue", withdrawn_at=None)[0].text_version == NEWEST.version
    (noted,) = [row.details for row in AuditRecord.objects.all() if "countries" in row.details]
    assert noted["countries"] == ["CN"]


def test_a_new_text_says_what_changed_until_it_is_agreed_to(as_user, startup, ayesha, founder):
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    asks = str(TEXTS[-1].changed)[:40]

    def asked() -> tuple[bool, bool]:
        shown = founder.get(PAGE).content.decode()
        return asks in founder.get(STATUS).content.decode(), "Save my choices" in shown

    assert asked() == (False, False)
    startup.consents.update(text_version=TEXTS[0].version)
    assert asked() == (True, True)
    sent = sent_from(founder)
    assert "cross_border" not in sent  # what an older text covered is not ticked beforehand
    assert founder.post(PAGE, sent).status_code == 302
    assert asked() == (False, False)
    assert agreed_purposes(Startup.objects.get()) == {Purpose.MATCHING, Purpose.SHOWING}
    assert Startup.objects.get().withheld == {}
    assert as_user(factories.make_partner("p@example.com", None)).get(PAGE).status_code == 404


GROUP_CELLS = [
    (side, key, purpose)
    for side, groups in CONSENT_GROUPS.items()
    for key, group in groups.items()
    for purpose in group.purposes
]


def open_profile(side: Side) -> Any:
    """Return a profile of the side whose owner shows everything that can be shown."""
    profile = (factories.make_startup if side == Side.STARTUP else factories.make_investor)("Indus Grow")
    profile.visibility = {key: group.choices[0].value for key, group in GROUPS[side].items()}
    return profile


def names_of(side: Side, key: str) -> set[str]:
    return {name for name, field in POLICY[side].items() if field.consent_group == key and not field.is_exact}


def hidden(profile: Any, *countries: str) -> set[str]:
    """Return which fields someone there does not see, after both said yes; exact amounts apart."""
    viewer = access.preview(
        profile.side.other, mutual=frozenset({profile.pk}), countries=frozenset(countries)
    )
    return {name for name in access.see(profile, viewer).hidden if not POLICY[profile.side][name].is_exact}


@pytest.mark.parametrize(("side", "key", "purpose"), GROUP_CELLS)
def test_each_purpose_takes_away_what_it_says(side, key, purpose):
    profile, names = open_profile(side), names_of(side, key)
    home = access.country_of(profile)
    everywhere, scored = hidden(profile, "XX"), {name for name in names if matchable(profile, name)}
    assert hidden(profile, home) == everywhere
    assert scored == names
    profile.withheld = {key: [purpose.value]}

    gone_at_home = names if purpose == Purpose.SHOWING else set()
    gone_abroad = names if purpose != Purpose.MATCHING else set()
    assert hidden(profile, home) - everywhere == gone_at_home
    assert hidden(profile, "XX") - everywhere == gone_abroad
    assert (
        hidden(profile) == hidden(profile, "") == hidden(profile, home, "XX") == hidden(profile, "XX")
    )  # an unknown place is across every border
    assert not any(matchable(profile, name) for name in names)
    own = access.Viewer(**{f"{side}_id": profile.pk})
    assert set(access.see(profile, own).hidden) == set()


def test_no_filter_and_no_order_rests_on_what_can_be_left_out():
    """Filters and their counts read the tables themselves: what they read, everyone may see."""
    for side, fields in CATALOGUE.items():
        for field in fields.values():
            parts = (field, *field.rows)
            assert not (field.consent_group in CONSENT_GROUPS[side] and any(each.filtered for each in parts))


def test_the_preview_shows_both_places(startup):
    startup.withheld, startup.founders = {"founders": ["cross_border"]}, "Ayesha Khan"
    startup.visibility = {"founders": "matched"}

    def founders(place: PreviewPlace) -> tuple[str, bool]:
        found = rows(startup, state=PreviewState.CHECKED, place=place)
        return next((row.value, row.is_hidden) for row in found if row.label == "founders")

    assert founders(PreviewPlace.HERE) == ("Ayesha Khan", False)
    assert founders(PreviewPlace.ABROAD) == ("", True)


CONTACT = {name for name, field in CATALOGUE["startup"].items() if field.crosses_border}
# What each field group named when its consent was last worded. A field that joins a group needs a new version
# of the text, and a migration that leaves the group out of every profile until its owner has answered.
NAMED = {
    Side.STARTUP: {
        "revenue": {"revenue", "revenue_band"},
        "ask": {"ask", "closing_on"},
        "traction": {"traction"},
        "founders": {"founders", "women_led"},
        "foreign_capital": {"foreign_share_pct"},
        "cap_table": {"cap_table"},
        "partners": {"partners"},
        "data": {"data_classes", "data_location", "data_crosses_border", "data_access", "data_exit"},
    },
    Side.INVESTOR: {"deals": {"deals"}, "data": {"data_hosting"}},
}


@pytest.mark.parametrize("side", Side)
def test_the_newest_text_names_every_field_that_it_opens(side):
    opened = {name for name, field in CATALOGUE[side].items() if field.crosses_border}
    assert set(NEWEST.contacts) == opened
    assert {key: names_of(side, key) for key in CONSENT_GROUPS[side]} == NAMED[side]
    words = str(ChoicesForm(open_profile(side))[Purpose.CROSS_BORDER].label)
    shown = {key: fields for row in ChoicesForm(open_profile(side)).rows for key, fields in [row_of(row)]}
    for name in opened:
        label = label_of(side, CATALOGUE[side][name])
        assert label in words
        assert label in shown["contact"]
    for key in GROUPS[side] | CONSENT_GROUPS[side]:
        assert shown[key] == {label_of(side, CATALOGUE[side][name]) for name in names_of(side, key)}


def row_of(row: Any) -> tuple[str, set[str]]:
    return row.group.key, set(row.fields)


def opened(profile: Any) -> set[str]:
    """Return the contact fields that the other side sees after both said yes, in another country."""
    return CONTACT - hidden(Startup.objects.get(pk=profile.pk), "XX")


def test_who_agreed_to_two_fields_shares_these_two_until_the_new_text_is_answered(
    startup, ayesha, founder, li_wei
):
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    assert opened(startup) == CONTACT
    Consent.objects.update(text_version="2026-14")

    assert opened(startup) == {"contact_name", "contact_email"}
    assert agreed_purposes(Startup.objects.get()) == set(Purpose)
    assert "The text of the consents has changed" in founder.get(STATUS).text
    assert "The text of the consents has changed" in founder.get("/home/").text
    assert founder.post("/startup/consent/", {"matching": "on", "cross_border": "on"}).status_code == 302
    assert opened(startup) == {"contact_name", "contact_email"}  # a form that does not ask is no answer

    sent = sent_from(founder)
    assert "cross_border" not in sent  # nothing more is ticked beforehand
    assert founder.post(PAGE, sent | {"cross_border": "on"}).status_code == 302
    assert opened(startup) == CONTACT
    assert "The text of the consents has changed" not in founder.get(STATUS).text


def test_a_merge_shares_no_contact_beyond_what_its_owner_agreed_to(startup, ayesha):
    other = factories.make_startup("Indus Grow Two")
    for each in (startup, other):
        services.set_all(each, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    other.consents.update(text_version="2026-14")
    merging = Merging(kept=startup, gone=other, takes_content=True, by=ayesha, at=LATER)
    services.keep_stricter(merging)
    assert agreed_purposes(Startup.objects.get(pk=startup.pk)) == {Purpose.MATCHING, Purpose.SHOWING}


def test_a_file_of_a_curator_answers_no_new_text(startup, ayesha, sana):
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    startup.consents.update(text_version="2026-14")
    row = Checked(2, RowOutcome.UPDATED, purposes=frozenset({Purpose.SHOWING, Purpose.CROSS_BORDER}))
    agree(startup, row, by=sana, at=LATER)
    assert agreed_purposes(Startup.objects.get()) == {Purpose.SHOWING, Purpose.CROSS_BORDER}
    assert opened(startup) == {"contact_name", "contact_email"}


def test_without_the_contact_consent_two_companies_still_write_to_each_other(as_user, startup, ayesha):
    services.withdraw(startup, purpose=Purpose.CROSS_BORDER, by=ayesha, at=MOMENT)
    page = as_user(ayesha).get("/startup/preview/?state=mutual").text
    assert "You can still write to each other here" in " ".join(page.split())
