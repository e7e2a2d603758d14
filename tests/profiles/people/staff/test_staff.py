"""Who runs the site: an operator gives and takes roles; observers read reports and the log only."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from profiles.choices import Role
from profiles.models import AuditRecord, User
from profiles.people.accounts.services import closing
from profiles.people.accounts.services.accounts import NoSuchAccountError
from profiles.people.staff import services as service
from profiles.refusals import RefusedError
from tests.factories import PASSWORD, make_user
from tests.mails import delivered


@pytest.fixture
def operator(db):
    """Who runs the machines."""
    return User.objects.create_superuser("operator@example.com", PASSWORD, full_name="Omar Operator")


@pytest.fixture
def observer(db):
    """A sponsor's eyes."""
    return make_user("observer@example.com", Role.OBSERVER, full_name="Olga Observer")


def add(browser, email, role="curator", name="Nadia New"):
    """Fill in the form of the page."""
    return browser.post(reverse("person_add"), {"email": email, "full_name": name, "role": role})


def test_a_new_curator_gets_a_link_chooses_a_password_and_comes_to_the_desk(operator, as_user):
    add(as_user(operator), "Nadia@Example.com")

    nadia = User.objects.get(email="nadia@example.com")
    assert (nadia.role, nadia.has_usable_password()) == ("curator", False)
    (mail,) = delivered()
    assert (mail.to, "Curator" in mail.body) == ([nadia.email], True)
    link = "/accounts/" + mail.body.partition("/accounts/")[2].split()[0]
    browser = as_user(None)
    form = browser.get(link, follow=True)
    chosen = {"password1": "new-horse-battery-9", "password2": "new-horse-battery-9"}
    browser.post(form.request["PATH_INFO"], chosen)
    browser.post(reverse("account_login"), {"login": nadia.email, "password": chosen["password1"]})
    assert browser.get(reverse("home")).headers["Location"] == reverse("desk")
    record = AuditRecord.objects.get(action="role")
    assert (record.actor, record.details["after"]) == (operator, {"role": "curator"})


def test_somebody_with_an_account_is_told_and_nobody_of_a_company_gets_a_role(operator, ayesha, as_user):
    free = make_user("free@example.com", Role.STARTUP)
    browser = as_user(operator)
    add(browser, free.email, "observer")
    refused = add(browser, ayesha.email)
    assert User.objects.get(pk=free.pk).role == "observer"
    assert [mail.to for mail in delivered()] == [[free.email]]
    assert "belongs to a company" in refused.content.decode()
    assert User.objects.get(pk=ayesha.pk).role == "startup"


def test_a_role_is_changed_and_taken_back_only_where_something_is_left(operator, sana, as_user):
    browser = as_user(operator)
    browser.post(reverse("person_role", args=[sana.pk]), {"role": "observer"})
    assert User.objects.get(pk=sana.pk).role == "observer"
    browser.post(reverse("person_role", args=[sana.pk]), {"role": ""})
    assert User.objects.get(pk=sana.pk).role == "observer"
    with pytest.raises(RefusedError, match="Without this role, the person would have no role"):
        service.change_role(sana, role="", by=operator, at=timezone.now())


def test_an_operator_may_curate_too(operator, as_user):
    other = User.objects.create_superuser("second@example.com", PASSWORD)
    service.change_role(other, role=Role.CURATOR, by=operator, at=timezone.now())
    browser = as_user(User.objects.get(pk=other.pk))
    assert [browser.get(reverse(name)).status_code for name in ("desk", "admin:index")] == [200, 200]
    service.change_role(other, role="", by=operator, at=timezone.now())
    assert as_user(User.objects.get(pk=other.pk)).get(reverse("desk")).status_code == 404


def test_an_operator_closes_a_curators_account_and_removes_a_lost_factor_but_not_the_own(
    operator, sana, as_user
):
    Authenticator.objects.create(user=sana, type=Authenticator.Type.TOTP, data={})
    browser = as_user(operator)
    page = browser.get(reverse("people")).content.decode()
    assert "Sana Malik" in page
    browser.post(reverse("person", args=[sana.pk]), {"act": "reset_factor", "reason": "The phone is lost."})
    browser.post(reverse("person", args=[sana.pk]), {"act": "close", "reason": "She has left."})
    assert not Authenticator.objects.filter(user=sana).exists()
    assert not User.objects.get(pk=sana.pk).is_active
    assert browser.get(reverse("person", args=[operator.pk])).status_code == 404
    with pytest.raises(NoSuchAccountError):
        closing.close(operator, reason="By mistake", by=operator, at=timezone.now())


def test_curators_read_who_runs_the_site_and_change_nothing(sana, desk, operator):
    page = desk.get(reverse("people")).content.decode()
    assert operator.email in page
    assert reverse("person_add") not in page
    assert add(desk, "nadia@example.com").status_code == 404
    with pytest.raises(service.NotAnOperatorError):
        service.give_role("nadia@example.com", role=Role.CURATOR, by=sana, at=timezone.now())


def test_an_observer_reads_the_log_without_a_way_into_profiles(observer, startup, ayesha, as_user):
    AuditRecord.objects.create(
        at=timezone.now(), actor=ayesha, action="edited", subject=f"startup:{startup.public_id}"
    )
    browser = as_user(observer)
    assert browser.get(reverse("home")).headers["Location"] == reverse("reports")
    page = browser.get(reverse("audit")).content.decode()
    assert "Indus Grow" in page
    assert reverse("review", args=[Side.STARTUP, startup.public_id]) not in page
    assert reverse("audit_export") not in page


def test_an_observer_belongs_to_no_company_and_may_not_be_looked_through(observer, sana, as_user):
    assert as_user(sana).get(reverse("view_as", args=[observer.pk])).status_code == 404
    assert as_user(sana).get(reverse("desk_account", args=[observer.pk])).status_code == 404


def test_outside_the_demonstration_staff_need_a_second_factor(observer, operator, as_user, settings):
    settings.DEMO = False
    for person, name in ((observer, "audit"), (operator, "people")):
        assert as_user(person).get(reverse(name)).headers["Location"] == reverse("mfa_index")


def test_no_role_for_an_account_whose_address_nobody_has_confirmed(operator, as_user):
    """Someone else may have made it, and would keep the password."""
    squatted = make_user("boss@example.com", Role.STARTUP, verified=False)
    refused = add(as_user(operator), squatted.email)
    assert "the address is not confirmed" in refused.content.decode()
    with pytest.raises(CommandError):
        call_command("make_curator", squatted.email)
    assert User.objects.get(pk=squatted.pk).role == "startup"


def test_a_second_address_leads_to_its_account_and_nobody_gives_the_own_role(operator, as_user):
    free = make_user("free@example.com", Role.STARTUP)
    free.emailaddress_set.create(email="second@example.com", verified=True)
    add(as_user(operator), "second@example.com")
    refused = add(as_user(operator), operator.email)
    assert User.objects.get(pk=free.pk).role == "curator"
    assert "your own role" in refused.content.decode()
    assert User.objects.get(pk=operator.pk).role == ""
