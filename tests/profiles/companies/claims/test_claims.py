"""An imported company gets its people: invited, found while signing up, proved or decided by a curator."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles.choices import InvestorKind, Role, Status
from profiles.companies.claims import services as claims
from profiles.models import Membership, Startup
from profiles.people.accounts.services.teams import AlreadyMemberError, OtherAddressError
from profiles.validators import name_keys
from tests.factories import make_investor, make_startup, make_user
from tests.mails import delivered
from tests.racing import at_once, kinds

CONTACT = "hina@sonakheti.pk"


@pytest.fixture
def imported(db):
    """A company from a file, with a contact and a website."""
    site = "https://www.sonakheti.pk/"
    company = make_startup("Sona Kheti", website=site, contact_email=CONTACT, is_unclaimed=True)
    company.name_key = name_keys("Sona Kheti")
    company.save()
    return company


def token_in(mail):
    """Return the token of the link in a mail."""
    return mail.body.partition("/claim/")[2].partition("/")[0]


def test_the_contact_of_the_file_is_invited_and_becomes_the_owner(imported, desk, as_user):
    assert CONTACT in desk.get(reverse("claim_invite", args=["startup", imported.public_id])).content.decode()
    desk.post(reverse("claim_invite", args=["startup", imported.public_id]), {"email": CONTACT})
    (mail,) = delivered()
    assert (mail.to, "Sona Kheti" in mail.subject) == ([CONTACT], True)

    hina = make_user(CONTACT, Role.STARTUP)
    page = reverse("claim", args=[token_in(mail)])
    assert as_user(hina).post(page).headers["Location"] == reverse("startup_consents")

    assert Membership.objects.get(user=hina).is_owner
    assert Startup.objects.get(pk=imported.pk).is_unclaimed is False
    assert as_user(hina).get(page).status_code == 404  # once
    assert "Sona Kheti" not in desk.get(reverse("unclaimed")).content.decode()


def test_nobody_else_takes_it_over(imported, sana, as_user, ayesha):
    claim = claims.invite(imported, email=CONTACT, by=sana, at=timezone.now())
    with pytest.raises(OtherAddressError):
        claims.accept(claim, by=make_user("thief@example.com", Role.STARTUP), at=timezone.now())
    with pytest.raises(claims.NotProvenError):
        claims.take_over(imported, by=make_user("thief@notsonakheti.pk", Role.STARTUP), at=timezone.now())
    unsure = make_user("x@sonakheti.pk", Role.STARTUP, verified=False)
    with pytest.raises(claims.NotProvenError):  # the address is not confirmed
        claims.take_over(imported, by=unsure, at=timezone.now())
    ayesha.email = CONTACT
    with pytest.raises(AlreadyMemberError):
        claims.accept(claim, by=ayesha, at=timezone.now())
    expired = as_user(make_user(CONTACT, Role.STARTUP))
    type(claim).objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert expired.post(reverse("claim", args=[claim.token])).status_code == 404


def test_who_signs_up_with_the_same_name_is_shown_the_claim_first(imported, as_user):
    founder = as_user(make_user("nadia@example.com", Role.STARTUP))
    first = reverse("company_start")
    said = {
        "name_en": "Sona  Kheti",
        "pitch": "Grain dried by the sun",
        "place": "PK-PB",
        "ask_currency": "USD",
        "later": "1",
    }
    said |= {"summary_en": "We dry grain for small farms."}

    page = founder.post(first, said)

    assert page.status_code == 422, page.context["form"].errors
    assert "Is one of these your company?" in page.content.decode()
    assert Startup.objects.count() == 1
    founder.post(first, said | {"is_another": "1"})
    assert Startup.objects.count() == 2


def test_an_address_at_the_website_proves_it(imported, as_user):
    founder = as_user(make_user("ali@sonakheti.pk", Role.STARTUP))
    page = reverse("claim_same", args=[imported.public_id])
    assert "you can claim it now" in founder.get(page).content.decode()
    founder.post(page)
    assert imported.memberships.get().user.email == "ali@sonakheti.pk"


def test_who_proves_nothing_asks_a_curator(imported, as_user, sana):
    nadia = make_user("nadia@example.com", Role.STARTUP)
    as_user(nadia).post(reverse("claim_same", args=[imported.public_id]))

    assert imported.memberships.count() == 0
    desk = as_user(sana)
    assert "someone says it is theirs" in desk.get(reverse("unclaimed")).content.decode()
    decide = reverse("claim_invite", args=["startup", imported.public_id])
    assert "nadia@example.com" in desk.get(decide).content.decode()
    desk.post(decide, {"email": "nadia@example.com"})
    (mail,) = delivered()
    as_user(nadia).post(reverse("claim", args=[token_in(mail)]))
    assert imported.memberships.get().user == nadia


def test_an_invitation_is_sent_once_more_and_then_rests(imported, sana):
    now = timezone.now()
    claims.invite(imported, email=CONTACT, by=sana, at=now)
    for days in (1, 11, 12, 40):
        claims.remind_due(at=now + timedelta(days=days))
        sent = delivered(now + timedelta(days=days))
    assert [mail.to for mail in sent] == [[CONTACT], [CONTACT]]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_prove_it_at_once_one_gets_it(imported):
    people = [make_user(f"{name}@sonakheti.pk", Role.STARTUP) for name in ("ali", "zara")]
    now = timezone.now()
    outcomes = at_once(*(lambda who=who: claims.take_over(imported, by=who, at=now) for who in people))
    assert kinds(outcomes) == ["", "ClaimedError"]
    assert imported.memberships.count() == 1


def test_an_invitation_that_a_curator_replaced_meanwhile_opens_nothing(imported, sana):
    now = timezone.now()
    read = claims.invite(imported, email="wrong@example.com", by=sana, at=now)  # its page is open
    claims.invite(imported, email=CONTACT, by=sana, at=now)
    with pytest.raises(claims.ClaimedError):
        claims.accept(read, by=make_user("wrong@example.com", Role.STARTUP), at=now)
    assert imported.memberships.count() == 0


@pytest.mark.parametrize(
    "site", ["https://www.163.com/dy/media/sona.html", "https://vip.sohu.com/a/1", "https://gmail.com"]
)
def test_an_address_where_anybody_gets_one_proves_nothing(imported, site):
    Startup.objects.filter(pk=imported.pk).update(website=site)
    imported.refresh_from_db()
    host = site.split("/")[2].removeprefix("www.")
    with pytest.raises(claims.NotProvenError):
        claims.take_over(imported, by=make_user(f"thief@{host}", Role.STARTUP), at=timezone.now())


SHARED = [
    "https://www.nust.edu.pk/startups/x", "https://www.nust.edu.pk", "https://startup.nust.edu.pk",
    "https://www.ox.ac.uk/", "https://mit.edu", "https://iba-university.pk",
    "https://www.nicpakistan.pk", "https://cohort4.thenestio.com", "https://sonakheti.github.io",
    "https://sonakheti.wordpress.com", "https://www.sonakheti.pk/about",
    "https://www.sonakheti.pk/?company=7", "https://www.sonakheti.pk/#sona",
]  # fmt: skip


@pytest.mark.parametrize("site", SHARED)
def test_an_address_at_a_website_of_many_goes_to_a_curator(imported, as_user, site):
    """A student of a university is not the owner of every startup that it lists."""
    Startup.objects.filter(pk=imported.pk).update(website=site)
    host = site.split("/")[2].removeprefix("www.")
    page = reverse("claim_same", args=[imported.public_id])
    student = make_user(f"student@{host}", Role.STARTUP)
    assert "A curator will check your claim" in as_user(student).get(page).content.decode()
    as_user(student).post(page)
    assert (imported.memberships.count(), imported.claims.get().asked_by) == (0, student)
    hina = make_user(CONTACT, Role.STARTUP)
    claims.take_over(Startup.objects.get(pk=imported.pk), by=hina, at=timezone.now())
    assert imported.memberships.get().user == hina


@pytest.mark.parametrize(
    ("own", "theirs"),
    [("sonakheti.pk", "sonakheti.pk/x"), ("sonakheti.pk", "x.sonakheti.pk"), ("sona.hub.pk", "hub.pk:8000")],
)
def test_a_website_beside_above_or_below_that_of_another_proves_nothing(imported, own, theirs):
    Startup.objects.filter(pk=imported.pk).update(website=f"https://{own}")
    make_investor("Hub", website=f"https://{theirs}")
    imported.refresh_from_db()
    ali = make_user(f"ali@{own}", Role.STARTUP)
    with pytest.raises(claims.NotProvenError):
        claims.take_over(imported, by=ali, at=timezone.now())


@pytest.mark.parametrize(
    "kind", [InvestorKind.UNIVERSITY, InvestorKind.INCUBATOR, InvestorKind.ACCELERATOR, InvestorKind.VC]
)
def test_those_at_a_university_or_an_incubator_are_not_its_owners(db, kind):
    hub = make_investor("Hub", website="https://hub.pk", is_unclaimed=True, kind=kind)
    person, now = make_user("student@hub.pk", Role.INVESTOR), timezone.now()
    if kind == InvestorKind.VC:
        claims.take_over(hub, by=person, at=now)
        return
    with pytest.raises(claims.NotProvenError):
        claims.take_over(hub, by=person, at=now)


def test_a_website_that_two_companies_have_proves_neither(imported):
    other = make_investor("Tenant Capital")
    type(other).objects.filter(pk=other.pk).update(website="http://sonakheti.pk/tenants")
    ali = make_user("ali@sonakheti.pk", Role.STARTUP)
    with pytest.raises(claims.NotProvenError):
        claims.take_over(imported, by=ali, at=timezone.now())
    type(other).objects.filter(pk=other.pk).update(status=Status.DRAFT)  # anyone writes a draft
    claims.take_over(imported, by=ali, at=timezone.now())


def test_an_invitation_that_nobody_answered_keeps_nobody_from_asking(imported, sana):
    now = timezone.now()
    claims.invite(imported, email=CONTACT, by=sana, at=now - timedelta(days=claims.CLAIM_DAYS + 1))
    claims.ask(imported, by=make_user("nadia@example.com", Role.STARTUP), at=now)
    assert imported.claims.get().email == "nadia@example.com"
