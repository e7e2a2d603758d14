"""What curators and operators do with an account: close it, end its sessions, remove a lost factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, User
from profiles.people.accounts.services import closing
from profiles.people.accounts.services.accounts import NoSuchAccountError
from tests.factories import make_founder, make_startup
from tests.mails import delivered

REASON = "Somebody else signs in with it."


def act(desk, person, name, reason=REASON):
    """Do it on the page of the account."""
    return desk.post(reverse("desk_account", args=[person.pk]), {"act": name, "reason": reason})


def test_a_closed_account_is_out_at_once_and_told_why(desk, ayesha, founder):
    assert founder.get(reverse("home")).status_code == 200
    assert ayesha.email in desk.get(reverse("desk_accounts"), {"q": "ayesha"}).content.decode()

    act(desk, ayesha, "close")

    assert reverse("account_login") in founder.get(reverse("home")).headers["Location"]
    (mail,) = delivered()
    assert (mail.to, REASON in mail.body) == ([ayesha.email], True)
    record = AuditRecord.objects.get(action="account_closed")
    assert (record.subject, record.details) == (f"user:{ayesha.pk}", {"message": REASON})
    act(desk, ayesha, "reopen")
    assert User.objects.get(pk=ayesha.pk).is_active
    # Whoever signed in before, a thief perhaps, does so again.
    assert reverse("account_login") in founder.get(reverse("home")).headers["Location"]


@pytest.mark.parametrize("name", ["close", "sign_out"])
def test_a_link_for_a_new_password_from_before_opens_nothing(desk, as_user, ayesha, name):
    thief = as_user(None)
    thief.post(reverse("account_reset_password"), {"email": ayesha.email})
    (mail,) = delivered()
    link = "/accounts/" + mail.body.partition("/accounts/")[2].split()[0]
    assert thief.get(link).status_code == 302

    act(desk, ayesha, name)

    chosen = {"password1": "new-horse-battery-9", "password2": "new-horse-battery-9"}
    thief.post(link.rpartition("-")[0].rpartition("-")[0] + "-set-password/", chosen)
    assert not User.objects.get(pk=ayesha.pk).check_password(chosen["password1"])
    assert "password1" not in thief.get(link, follow=True).content.decode()


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_the_link_to_the_company_leads_somewhere_whatever_its_state(desk, ayesha, status):
    company = ayesha.membership.company
    type(company).objects.update(status=status)
    link = reverse("desk_profile", args=["startup", company.public_id])

    assert f'href="{link}"' in desk.get(reverse("desk_account", args=[ayesha.pk])).content.decode()
    assert desk.get(link, follow=True).status_code == 200


def found(desk, words=""):
    page = desk.get(reverse("desk_accounts"), {"q": words}).context["page"]
    return [person.email for person in page.object_list]


def test_accounts_are_found_by_name_address_and_company_in_any_script(desk, ayesha, li_wei, sana):
    type(ayesha.membership.company).objects.update(name_zh="印度河种植")
    demo = make_founder("demo@example.com", None, full_name="Demo Founder", is_demo=True)
    User.objects.filter(pk=li_wei.pk).update(last_login=timezone.now())

    assert found(desk, "ayesha KHAN") == found(desk, "印度河") == found(desk, "indus") == [ayesha.email]
    assert found(desk, "demo") == [demo.email]
    assert found(desk, "sana") == []  # curators are not the curators' business
    assert found(desk)[0] == li_wei.email  # who was here last


def test_a_demo_account_can_be_looked_at_and_left_alone(desk):
    demo = make_founder("demo@example.com", None, is_demo=True)
    page = desk.get(reverse("desk_account", args=[demo.pk]))

    assert (page.status_code, 'value="close"' in page.content.decode()) == (200, False)
    assert act(desk, demo, "close").status_code == 404
    assert User.objects.get(pk=demo.pk).is_active


def test_accounts_cost_the_same_for_one_and_three_and_come_in_pages(desk, ayesha, same_queries):
    with same_queries():
        found(desk, "e")
    for number in range(25):
        make_founder(f"{number}@example.com", make_startup(f"Name {number}"))
    with same_queries():
        found(desk, "e")
    pages = [desk.get(reverse("desk_accounts"), {"page": number}).context["page"] for number in (1, 2)]
    assert [len(page.object_list) for page in pages] == [25, 1]


def test_ended_sessions_ask_for_the_password_again(desk, ayesha, founder):
    act(desk, ayesha, "sign_out")
    assert reverse("account_login") in founder.get(reverse("home")).headers["Location"]
    assert User.objects.get(pk=ayesha.pk).is_active


def test_a_lost_factor_is_removed_with_its_codes(desk, as_user, ayesha):
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=ayesha, type=kind, data={})
    browser = as_user(ayesha)
    act(desk, ayesha, "reset_factor")
    assert not ayesha.authenticator_set.exists()
    assert browser.get(reverse("home")).status_code == 302
    assert "two-factor authentication" in delivered()[0].subject


def test_nothing_without_a_reason_nor_with_curators(desk, ayesha, sana):
    assert act(desk, ayesha, "close", reason="").status_code == 422
    assert act(desk, sana, "close").status_code == 404
    with pytest.raises(NoSuchAccountError):
        closing.close(sana, reason=REASON, by=sana, at=timezone.now())
    with pytest.raises(NotACuratorError):
        closing.close(ayesha, reason=REASON, by=ayesha, at=timezone.now())


def test_an_operator_does_it_for_a_curator_too(sana, capsys):
    call_command("manage_account", sana.email, "close", reason=REASON)
    assert not User.objects.get(pk=sana.pk).is_active
    with pytest.raises(CommandError, match="been done already"):
        call_command("manage_account", sana.email, "close", reason=REASON)
