"""Ordinary expectations: a site without https, required marks, counts, a stepper that tells the truth."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from profiles.companies.forms.fields import WebField
from profiles.companies.selectors import Progress
from profiles.models import Startup, User
from tests import factories

AsUser = Callable[[User | None], Client]
LANGUAGES = ("en", "ur", "zh-hans")
BASICS = reverse("startup_edit", args=["basics"])


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
def test_a_site_needs_no_https(typed: str, kept: str) -> None:
    assert WebField(required=False).clean(typed) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
class TestOnThePage:
    def page(self, language: str, as_user: AsUser, method: str = "get", **sent: str) -> Any:
        client = as_user(factories.make_founder("new@example.com", None))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return getattr(client, method)(BASICS, sent)

    def test_the_browser_lets_a_bare_site_pass(self, language: str, as_user: AsUser) -> None:
        assert 'type="url"' not in self.page(language, as_user).content.decode()

    def test_what_is_required_is_marked_for_eyes_and_ears(self, language: str, as_user: AsUser) -> None:
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

    def test_too_long_is_told_with_the_count_and_not_cut(self, language: str, as_user: AsUser) -> None:
        page = self.page(language, as_user, "post", name_en="Ravi Water", pitch="ک" * 151)
        form = page.context["form"]
        assert form["pitch"].value() == "ک" * 151
        (told,) = form.errors["pitch"]
        assert "140" in told
        assert "151" in told
        assert "maxlength" not in str(form["pitch"])
        assert Startup.objects.count() == 0


@pytest.mark.django_db
class TestStepper:
    def steps(self, client: Client, name: str) -> dict[str, str]:
        page = client.get(reverse("startup_edit", args=[name]))
        return dict(zip(("basics", "product", "needs", "round", "consent"), states(page), strict=True))

    def test_it_tells_what_is_begun_wrong_skipped_and_not_begun(self, as_user: AsUser) -> None:
        client = as_user(factories.make_founder("new@example.com", None))
        assert set(states(client.get(BASICS))) == {Progress.NOT_BEGUN}
        client.post(BASICS, {"name_en": "Ravi Water", "pitch": "Pumps", "summary_en": "Solar pumps"})
        assert self.steps(client, "product") == {
            "basics": Progress.FAULTY,
            "product": Progress.NOT_BEGUN,
            "needs": Progress.NOT_BEGUN,
            "round": Progress.NOT_BEGUN,
            "consent": Progress.NOT_BEGUN,
        }
        client.post(BASICS, {"name_en": "Ravi Water", "pitch": "P", "summary_en": "S", "place": "PK-PB"})
        client.post(reverse("startup_edit", args=["consent"]), {"matching": "on", "showing": "on"})
        found = self.steps(client, "product")
        assert (found["basics"], found["round"], found["consent"]) == (
            Progress.BEGUN,
            Progress.SKIPPED,
            Progress.BEGUN,
        )

    def test_what_a_curator_returns_is_something_to_mend(
        self, startup: Startup, ayesha: User, as_user: AsUser
    ) -> None:
        startup.status = "returned"
        startup.save()
        startup.reviews.create(outcome="returned", reasons={"founders": "Who?"}, decided_by=ayesha)
        assert self.steps(as_user(ayesha), "basics")["product"] == Progress.FAULTY


def states(page: Any) -> list[Progress]:
    """Return how far the stepper of a page says each step is."""
    return [step.state for step in page.context["steps"]]


@pytest.mark.django_db
def test_every_list_has_one_button_of_its_own(ayesha: User, as_user: AsUser) -> None:
    page = as_user(ayesha).get(reverse("startup_edit", args=["product"])).content.decode()
    told = {name: page.count(f'name="more" value="{name}"') for name in ("traction", "partners")}
    assert told == {"traction": 1, "partners": 1}
    assert ("Add another figure" in page, "Add another partner" in page, page.count('name="more"')) == (
        True,
        True,
        2,
    )
