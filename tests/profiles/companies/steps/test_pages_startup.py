"""The founder's pages: steps that keep what was typed, a stepper that tells the truth, review, consent."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from profiles.choices import Purpose, ReviewOutcome, Role, Status
from profiles.companies.held_edits.selectors import newest_rows
from profiles.companies.steps.forms.fields import WebField
from profiles.companies.steps.selectors import Progress
from profiles.curation.reviews import services as reviews
from profiles.models import AuditRecord, Membership, Need, NeedType, Review, Startup
from tests import factories
from tests.factories import AsUser, agree, begin, make_founder, make_startup, make_user

pytestmark = pytest.mark.django_db
BASICS = {
    "name_en": "Ravi Water",
    "name_ur": "راوی واٹر",
    "pitch": "Clean water from solar pumps",
    "summary_en": "Solar pumps with filters for villages.",
    "place": "PK-PB",
    "languages": ["en", "ur"],
}
PRODUCT = {"primary_sector": "AGR01", "stage": "seed", "revenue": "post"}
NEED = {"urgency": "3", "budget_currency": "USD"}
NEEDS = {"forms": ["equity"], "capacity": "5"}
NEW_NEED = "/company/needs/new/"


def step(name: str) -> str:
    return reverse("startup_edit", args=[name])


def need_fields(**fields: Any) -> dict[str, Any]:
    return {**NEED, "type": NeedType.objects.all()[0].code, **fields}


def answer(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


@pytest.fixture
def founder(db):
    """A founder who has named no startup yet."""
    return make_founder("bilal@example.com", None, full_name="Bilal Ahmed")


@pytest.fixture
def client(founder, as_user):
    return as_user(founder)


@pytest.fixture
def draft(client):
    """The founder's startup with everything that a curator needs."""
    begin(client, name_en="Ravi Water")
    client.post(step("basics"), BASICS)
    client.post(step("product"), PRODUCT)
    client.post(NEW_NEED, need_fields())
    client.post(step("needs"), NEEDS)
    agree(client, "startup", "matching", "showing")
    return Startup.objects.get()


class TestSteps:
    def test_each_step_is_saved_and_leads_to_the_next(self, client, founder):
        begin(client, name_en="Ravi Water")
        assert answer(client.post(step("basics"), BASICS)) == (302, step("product"))
        assert answer(client.post(step("product"), PRODUCT)) == (302, step("needs"))
        assert answer(client.post(NEW_NEED, need_fields())) == (302, step("needs"))
        assert answer(client.post(step("needs"), NEEDS)) == (302, step("round"))
        assert answer(client.post(step("consent"), {})) == (302, reverse("startup_consents"))
        assert answer(agree(client, "startup", "matching")) == (302, reverse("startup_status"))
        startup = Startup.objects.get()
        assert (startup.name_en, startup.name_ur, startup.status) == ("Ravi Water", "راوی واٹر", Status.DRAFT)
        assert (startup.primary_sector.code, startup.stage.code) == ("AGR01", "seed")
        assert [need.urgency for need in startup.needs.all()] == [3]
        assert [form.code for form in startup.forms.all()] == ["equity"]
        assert (Membership.objects.get().user, Membership.objects.get().is_owner) == (founder, True)
        subject = f"startup:{startup.public_id}"
        acts = AuditRecord.objects.filter(subject=subject).order_by("pk").values_list("action", flat=True)
        assert list(acts) == ["edited"] * 5 + ["consented"] * 2  # who sees what, and the purpose

    def test_a_wrong_field_loses_nothing(self, client):
        begin(client, name_en="Ravi")
        typed = {**BASICS, "website": "no address", "contact_name": "Bilal"}
        page = client.post(step("basics"), typed)
        form = page.context["form"]
        assert list(form.errors) == ["website"]
        assert {name: form[name].value() for name in typed} == typed
        assert Startup.objects.get().name_en == "Ravi"

    def test_a_wrong_row_loses_nothing(self, client, draft):
        typed = need_fields(type="data", starts_on="2027-01-02", expires_on="2027-01-01")
        page = client.post(NEW_NEED, typed)
        form = page.context["form"]
        assert (list(form.errors), form["urgency"].value()) == (["expires_on"], "3")

    def test_what_a_kind_of_need_asks_for_stands_open_and_the_rest_is_folded(self, client, draft):
        blank = client.get(NEW_NEED).content.decode()
        assert "<details open" not in blank
        client.post(NEW_NEED, need_fields(type="data"))
        need = Need.objects.get(type__code="data")
        own = client.get(reverse("row_edit", args=["needs", need.pk])).content.decode()
        opened = re.findall(r"<details([^>]*)><summary>([^<]*)", own)
        assert {title: "open" in state for state, title in opened if "data-kinds" in state} == {
            "How much, where and when": False,
            "Who benefits, and how success is measured": False,
            "Which data is involved": True,
            "Partnership types and languages for this need": False,
        }
        assert "For example: 400 smallholders around Multan." in own

    def test_a_row_is_one_line_that_is_edited_and_removed_by_its_own_address(self, client, draft):
        need = Need.objects.get()
        address = reverse("row_edit", args=["needs", need.pk])
        page = client.get(step("needs")).content.decode()
        assert (address in page, 'name="urgency"' in page) == (True, False)
        typed = {**need_fields(), "description": "Pumps for ten villages"}
        assert answer(client.post(address, typed)) == (302, step("needs"))
        assert "Pumps for ten villages" in client.get(step("needs")).content.decode()
        assert answer(client.post(f"{address}remove/")) == (302, step("needs"))
        assert Need.objects.count() == 0
        assert [client.get(address).status_code, client.post(f"{address}remove/").status_code] == [404, 404]

    def test_figures_of_an_approved_profile_wait_and_are_edited_as_they_wait(self, client, draft):
        Startup.objects.update(status=Status.APPROVED, reviewed_at=timezone.now())
        figure = {"label": "Pumps sold", "value": "340", "as_of_on": "2026-01-31", "source": "Our log"}
        client.post("/company/traction/new/", figure)
        client.post("/company/traction/new/", {**figure, "label": "Villages", "value": "12"})
        assert draft.traction.count() == 0
        client.post("/company/traction/1/", {**figure, "value": "350"})
        client.post("/company/traction/2/remove/")
        (row,) = newest_rows(Startup.objects.get(), "traction")
        assert (row.label, row.value) == ("Pumps sold", 350)
        assert "Pumps sold: 350" in client.get(step("product")).content.decode()

    def test_without_a_company_the_first_page_comes_first(self, client):
        for name in ("product", "needs", "round", "consent"):
            assert client.get(step(name), follow=True).redirect_chain[-1] == (reverse("company_start"), 302)

    def test_who_changes_a_text_is_told_that_it_waits(self, client, draft):
        Startup.objects.update(status=Status.APPROVED, reviewed_at=timezone.now())
        assert "a curator reviews it first" in client.get(step("basics")).content.decode()
        client.post(step("basics"), {**BASICS, "founded": "2021"})
        kept = list(get_messages(client.get(step("needs")).wsgi_request))
        client.post(step("basics"), {**BASICS, "founded": "2021", "name_en": "Ravi Clean Water"})
        renamed = list(get_messages(client.get(step("needs")).wsgi_request))

        assert [message.message for message in kept] == ["Saved."]
        assert [message.message for message in renamed] == [
            "Saved. A curator reviews your new texts and amounts first. Until then, others see the approved "
            "version."
        ]

    def test_a_second_click_makes_no_second_company(self, client, founder):
        begin(client, name_en="Ravi Water")
        begin(client, name_en="Ravi Water Two")
        assert [startup.name_en for startup in Startup.objects.all()] == ["Ravi Water Two"]


class TestReview:
    def test_what_is_missing_is_listed_with_the_way_to_it(self, client):
        begin(client, name_en="Ravi Water")
        page = client.get(reverse("startup_status"))
        assert {field.name for field in page.context["profile_status"].completeness.needed} == {
            "pitch", "summary", "place", "primary_sector", "stage", "needs", "forms", "matching", "showing",
        }  # fmt: skip
        assert page.context["profile_status"].can_submit is False
        assert answer(client.post(reverse("startup_submit"))) == (302, reverse("startup_status"))
        assert Startup.objects.get().status == Status.DRAFT

    def test_the_queue_position_is_shown(self, client, draft):
        now = timezone.now()
        make_startup("First", status=Status.SUBMITTED, submitted_at=now, reviewed_at=None)
        client.post(reverse("startup_submit"))
        page = client.get(reverse("startup_status"))
        status = page.context["profile_status"]
        assert (status.queue_position, status.label) == (2, "Waiting for review")
        make_startup("Third", status=Status.SUBMITTED, submitted_at=timezone.now(), reviewed_at=None)
        client.post(step("basics"), {"name_en": "Ravi Waters", "pitch": "Water for all"})
        page = client.get(reverse("startup_status"))
        assert page.context["profile_status"].queue_position == 2  # an edit costs no one the place

    def test_reasons_stand_beside_their_fields(self, client, draft, sana):
        client.post(reverse("startup_submit"))
        draft.refresh_from_db()
        said: Any = {"reasons": {"pitch": "Say who pays <b>."}, "message": "Nearly there."}
        reviews.decide(draft, ReviewOutcome.RETURNED, **said, by=sana, at=timezone.now())
        status = client.get(reverse("startup_status"))
        (reason,) = status.context["reasons"]
        assert (reason["reason"], reason["url"]) == ("Say who pays <b>.", f"{step('basics')}#div_id_pitch")
        page = client.get(step("basics"))
        assert "Say who pays &lt;b&gt;." in page.content.decode()
        assert "Save and go back to the list" in page.content.decode()
        assert "Save and continue" in client.get(step("product")).content.decode()
        mended = client.post(step("basics"), {**BASICS, "pitch": "Villages pay per litre"})
        assert answer(mended) == (302, f"{reverse('startup_status')}#asked")
        assert 'id="asked"' in client.get(reverse("startup_status")).content.decode()
        again = client.post(step("basics"), {**BASICS, "pitch": "Villages pay per litre"})
        assert answer(again) == (302, step("product"))
        client.post(reverse("startup_submit"))
        draft.refresh_from_db()
        assert draft.status == Status.SUBMITTED
        assert Review.objects.count() == 1


class TestConsent:
    def test_withdrawing_holds_at_once(self, client, draft, sana):
        client.post(reverse("startup_submit"))
        draft.refresh_from_db()
        reviews.decide(draft, ReviewOutcome.APPROVED, by=sana, at=timezone.now())
        assert Startup.objects.get().is_published
        agree(client, "startup", "showing")
        assert not Startup.objects.get().is_published
        status = client.get(reverse("startup_status")).context["profile_status"]
        assert status.label == "Approved, but not shown"

    def test_consents_are_kept_when_another_step_is_saved(self, client, draft):
        client.post(step("basics"), BASICS)
        assert set(draft.consents.values_list("purpose", flat=True)) == {Purpose.MATCHING, Purpose.SHOWING}


class TestPreview:
    def shown(self, client: Client, query: str = "") -> dict[str, tuple[str, bool]]:
        page = client.get(reverse("startup_preview") + query)
        return {row.label: (row.value, row.is_hidden) for row in page.context["rows"]}

    def test_what_the_owner_hides_is_hidden(self, client, draft):
        client.post(step("product"), {**PRODUCT, "founders": "Bilal Ahmed"})
        assert self.shown(client)["founders"] == ("", True)
        assert self.shown(client, "?state=mutual")["founders"] == ("", True)  # no one has agreed to it
        whole = {"matching": "on", "showing": "on"}
        fields = {**self.form(client).initial, **whole, "founders-showing": "on"}
        assert client.post(reverse("startup_consents"), fields).status_code == 302
        assert self.shown(client, "?state=mutual")["founders"] == ("", True)  # abroad is asked for by itself
        assert self.shown(client, "?state=mutual&place=here")["founders"] == ("Bilal Ahmed", False)
        fields |= {"founders-cross_border": "on"}
        assert client.post(reverse("startup_consents"), fields).status_code == 302
        assert self.shown(client, "?state=mutual")["founders"] == ("Bilal Ahmed", False)
        assert client.post(reverse("startup_consents"), {**fields, "founders": "matched"}).status_code == 302
        assert self.shown(client)["founders"] == ("Bilal Ahmed", False)

    def test_nobody_chooses_what_is_no_choice(self, client, draft):
        fields = {**self.form(client).initial, "contact": "public"}
        page = client.post(reverse("startup_consents"), fields)
        assert list(page.context["form"].errors) == ["contact"]

    def form(self, client: Client) -> Any:
        return client.get(reverse("startup_consents") + "?groups").context["form"]


def test_the_needs_step_asks_as_often_for_three_needs_as_for_one(client, draft, same_queries):
    with same_queries():
        client.get(step("needs"))
    for kind in NeedType.objects.all()[1:3]:
        draft.needs.create(type=kind)
    with same_queries():
        client.get(step("needs"))


def test_a_member_without_ownership_edits_too(draft, as_user):
    colleague = make_user("c@example.com", Role.STARTUP)
    Membership.objects.create(user=colleague, startup=draft)
    as_user(colleague).post(step("basics"), {**BASICS, "pitch": "Ours too"})
    draft.refresh_from_db()
    assert draft.pitch == "Ours too"


LANGUAGES = ("en", "ur")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kissanjal.pk", "https://kissanjal.pk"),
        ("www.kissanjal.pk/about?x=1", "https://www.kissanjal.pk/about?x=1"),
        ("kissanjal.pk:8443/shop", "https://kissanjal.pk:8443/shop"),
        ("  KissanJal.pk ", "https://KissanJal.pk"),
        ("http://kissanjal.pk", "http://kissanjal.pk"),
        ("", ""),
    ],
)
def test_a_site_needs_no_https(typed, kept):
    assert WebField(required=False).clean(typed) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
class TestOnThePage:
    def page(self, language: str, as_user: AsUser, method: str = "get", **sent: str) -> Any:
        client = as_user(factories.make_founder("new@example.com", None))
        begin(client, name_en="Ravi Water")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return getattr(client, method)(step("basics"), sent)

    def test_what_is_required_is_marked_for_eyes_and_ears(self, language, as_user):
        form = self.page(language, as_user).context["form"]
        with translation.override(language):
            plain = translation.gettext("name in Latin letters")
            marks = (
                translation.gettext("%(label)s (required)"),
                translation.gettext("%(label)s (needed for review)"),
            )
        assert str(form["name_en"].label).casefold() == (marks[0] % {"label": plain}).casefold()
        assert form["name_en"].field.widget.use_required_attribute("")
        assert str(form["place"].label).endswith(marks[1].partition("%(label)s")[2])
        assert not str(form["founded"].label).endswith(marks[1].partition("%(label)s")[2])

    def test_too_long_is_told_with_the_count_and_not_cut(self, language, as_user):
        page = self.page(language, as_user, "post", name_en="Ravi Water", pitch="ک" * 151)
        form = page.context["form"]
        assert form["pitch"].value() == "ک" * 151
        (told,) = form.errors["pitch"]
        assert "140" in told
        assert "151" in told
        assert "maxlength" not in str(form["pitch"])
        assert Startup.objects.get().pitch == ""


@pytest.mark.django_db
class TestStepper:
    def steps(self, client: Client, name: str) -> dict[str, str]:
        page = client.get(step(name))
        return dict(zip(("basics", "product", "needs", "round", "consent"), states(page), strict=True))

    def test_it_tells_what_is_begun_wrong_skipped_and_not_begun(self, as_user):
        client = as_user(factories.make_founder("new@example.com", None))
        begin(client, name_en="Ravi Water")
        client.post(step("basics"), {"name_en": "Ravi Water", "pitch": "Pumps", "summary_en": "Solar pumps"})
        assert states(client.get(step("product"))) == [Progress.FAULTY, *[Progress.NOT_BEGUN] * 4]
        client.post(
            step("basics"), {"name_en": "Ravi Water", "pitch": "P", "summary_en": "S", "place": "PK-PB"}
        )
        client.post(step("consent"), {"data_access": "Our engineers"})
        found = self.steps(client, "product")
        assert (found["basics"], found["consent"]) == (Progress.BEGUN, Progress.BEGUN)
        assert found["round"] == Progress.SKIPPED

    def test_what_a_curator_returns_is_something_to_mend(self, startup, ayesha, as_user):
        startup.status = "returned"
        startup.save()
        review = startup.reviews.create(outcome="returned", decided_by=ayesha)
        review.given.create(field="founders", text="Who?")
        assert self.steps(as_user(ayesha), "basics")["product"] == Progress.FAULTY


def states(page: Any) -> list[Progress]:
    """Return how far the stepper of a page says each step is."""
    return [step.state for step in page.context["steps"]]
