"""Evidence: a company shows it, a curator says what was seen, others read the level, and it expires."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matchmaker.portal.own_data import services as own_data
from profiles.choices import FileState
from profiles.companies.evidence import services
from profiles.companies.evidence.services import MOST
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, CheckedFile, Evidence, Notice, OutboxMail, Startup
from profiles.refusals import RefusedError
from tests import sent_files
from tests.factories import make_evidence, make_founder
from tests.matchmaker.deals.conversations.checks import check_all
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db
ADD, OWN, DESK = reverse("evidence_add"), reverse("evidence"), reverse("desk_evidence")
CANARY = "qanatcertificate"
NOTHING = "No evidence for individual details has been checked yet."


def text_of(client, path):
    return " ".join(client.get(path).content.decode().split())


def upload(client, *, name="certificate.png", content=None, **fields):
    """Send a document of 2025 for the registration."""
    said = {"claim": "registration", "title": CANARY, "kind": "file", "issued_on": "2025-03-04", **fields}
    content = sent_files.picture("PNG", "L") if content is None else content
    return client.post(ADD, {**said, "file": SimpleUploadedFile(f"{CANARY}-{name}", content)})


@pytest.fixture
def match(startup):
    """The address of the page for the other side of the startup, which states a licence."""
    Startup.objects.filter(pk=startup.pk).update(licences="PSQCA mark")
    return reverse("match", args=[startup.public_id])


def test_a_document_is_seen_by_a_curator_and_others_read_when_and_of_which_year(
    startup, ayesha, li_wei, sana, as_user, match
):
    founder, partner, desk = as_user(ayesha), as_user(li_wei), as_user(sana)
    assert upload(founder).headers["Location"] == OWN
    assert "Being checked" in text_of(founder, OWN)
    assert CANARY not in text_of(desk, DESK)  # no curator opens a file that is not checked
    check_all()
    evidence = Evidence.objects.get()
    one = reverse("desk_evidence_one", args=[evidence.pk])
    assert one in text_of(desk, DESK)
    assert "Evidence to review" in text_of(desk, reverse("desk"))
    assert one in text_of(desk, reverse("review", args=["startup", startup.public_id]))
    assert "Registration number" in text_of(desk, one)  # beside what the company states
    assert NOTHING in text_of(partner, match)
    assert "Details checked" not in text_of(partner, match)

    saved = desk.post(reverse("desk_evidence_file", args=[evidence.pk]))
    assert b"".join(saved) == Path(evidence.file.content.path).read_bytes()
    assert saved.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert desk.post(one, {"is_seen": "yes"}).headers["Location"] == DESK

    page = text_of(partner, match)
    today = timezone.localdate()
    assert "Details checked: Registration." in page
    assert f"Document from 2025, seen by a curator on {today:%-d %b %Y}" in page
    assert "Self-stated: Licences." in page
    assert "verified" not in page
    assert CANARY not in page
    assert "What the other side sees:" in text_of(founder, OWN)
    assert Notice.objects.filter(user=ayesha, kind="evidence_seen").count() == 1
    acts = AuditRecord.objects.filter(action="evidence").order_by("pk")
    assert [record.details["done"] for record in acts] == ["added", "saved", "seen"]
    assert CANARY not in str([record.details for record in acts])

    founder.post(reverse("evidence_remove", args=[evidence.pk]))
    assert NOTHING in text_of(partner, match)


def test_evidence_that_expired_lowers_the_mark_and_its_owner_is_asked_once(
    startup, ayesha, li_wei, as_user, match
):
    today = timezone.localdate()
    evidence = make_evidence(startup, expires_on=today)
    founder, partner = as_user(ayesha), as_user(li_wei)
    services.ask_expired(at=timezone.now())
    assert "Details checked" in text_of(partner, match)  # it counts on its last day
    assert not Notice.objects.filter(kind="evidence_expired").exists()

    Evidence.objects.update(expires_on=today - timedelta(days=1))
    for _time in range(2):
        services.ask_expired(at=timezone.now())
    assert NOTHING in text_of(partner, match)
    assert Notice.objects.filter(user=ayesha, kind="evidence_expired").count() == 1
    assert OutboxMail.objects.filter(kind="evidence_expired").count() == 1
    assert "1 piece of your evidence has expired" in text_of(founder, reverse("home"))
    assert "It no longer counts. Add new evidence" in text_of(founder, OWN)
    founder.post(reverse("evidence_remove", args=[evidence.pk]))
    assert "has expired" not in text_of(founder, reverse("home"))


def test_a_document_counts_only_for_the_details_that_were_compared_with_it(startup, li_wei, as_user, match):
    Startup.objects.filter(pk=startup.pk).update(registration_number="0042")
    startup.refresh_from_db()
    make_evidence(startup)
    partner = as_user(li_wei)
    assert "Details checked: Registration." in text_of(partner, match)
    Startup.objects.filter(pk=startup.pk).update(registration_number="0043")
    assert NOTHING in text_of(partner, match)


def test_what_is_not_accepted_says_why_and_is_decided_once(startup, ayesha, sana, as_user):
    evidence = make_evidence(startup, kind="link", state="waiting")
    desk, one = as_user(sana), reverse("desk_evidence_one", args=[evidence.pk])
    assert desk.post(one, {"is_seen": "no", "reason": ""}).status_code == 422
    other = make_evidence(startup, kind="link", state="waiting", claim="licence")
    answer = desk.post(one, {"is_seen": "no", "reason": "It names another company."})
    assert answer.headers["Location"] == reverse("desk_evidence_one", args=[other.pk])  # the next one
    assert "It names another company." in text_of(as_user(ayesha), OWN)
    now = {"by": sana, "at": timezone.now()}
    with pytest.raises(
        RefusedError, match="Someone has already decided about this, or the company has removed it"
    ):
        services.mark_seen(evidence, **now)
    with pytest.raises(NotACuratorError):
        services.mark_seen(other, by=ayesha, at=timezone.now())
    services.mark_seen(other, **now)
    services.decline(other, reason="It was forged.", **now)  # a mark is taken back
    assert Evidence.objects.get(pk=other.pk).state == "declined"
    assert desk.post(one, {"is_seen": "yes"}).status_code == 422


def test_a_number_that_changed_after_the_check_is_said_to_readers_and_its_owner_is_warned(
    startup, ayesha, li_wei, sana, as_user, match
):
    step = reverse("startup_edit", args=["basics"])
    assert "If you change it" not in text_of(as_user(ayesha), step)
    upload(as_user(ayesha))
    check_all()
    services.mark_seen(Evidence.objects.get(), by=sana, at=timezone.now())
    assert "If you change it" in text_of(as_user(ayesha), step)
    assert "changed since it was checked" not in text_of(as_user(li_wei), match)
    Startup.objects.filter(pk=startup.pk).update(registration_number="0999999")
    page = text_of(as_user(li_wei), match)
    assert "changed since it was checked" in page
    assert "Self-stated: Licences." in page
    assert "Details checked" not in page
    assert "If you change it" not in text_of(as_user(ayesha), step)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "deck.pptx", "content": b"PK\x03\x04"}, "file"),
        ({"name": "page.png", "content": b"<!doctype html>"}, "file"),
        (
            {"name": "large.png", "content": b"<!doctype html>" + b" " * 3_000_000},
            "file",
        ),  # read, then refused
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "2999-01-01"}, "issued_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"kind": "link", "url": ""}, "url"),
        ({"kind": "link", "url": "http://registry.example/1"}, "url"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "domain"}, "kind"),
        ({"claim": "honesty"}, "claim"),
    ],
)
def test_the_form_refuses_what_is_no_evidence(ayesha, as_user, fields, field):
    answer = upload(as_user(ayesha), **fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Evidence.objects.exists()


def test_a_hostile_file_reaches_nobody_and_a_company_has_a_limit(startup, ayesha, sana, as_user):
    founder, desk = as_user(ayesha), as_user(sana)
    upload(founder, name="locked.pdf", content=sent_files.locked())
    check_all()
    evidence = Evidence.objects.get()
    assert evidence.file.state == FileState.REFUSED
    assert "protected with a password" in text_of(founder, OWN)
    assert Notice.objects.filter(user=ayesha, kind="evidence_refused").exists()
    assert "Nothing is waiting" in text_of(desk, DESK)
    with pytest.raises(
        RefusedError, match="Someone has already decided about this, or the company has removed it"
    ):
        services.mark_seen(evidence, by=sana, at=timezone.now())
    for path in (
        reverse("evidence_file", args=[evidence.pk]),
        reverse("desk_evidence_file", args=[evidence.pk]),
    ):
        assert (founder if "desk" not in path else desk).post(path).status_code == 404
    for _number in range(MOST - 1):
        make_evidence(startup, kind="link")
    answer = upload(founder)
    assert (answer.status_code, "Remove one first" in answer.content.decode()) == (422, True)
    assert CheckedFile.objects.count() == 1


def test_an_entry_in_a_registry_opens_only_to_who_may_see_the_number(startup, ayesha, li_wei, as_user, match):
    make_evidence(startup, kind="link")
    partner, address = as_user(li_wei), "https://registry.example/123"
    page = text_of(partner, match)
    assert "Entry in a public registry, seen by a curator on" in page
    assert address not in page  # it names the number, which opens when both say yes
    for client, path in (
        (partner, match),
        (as_user(ayesha), reverse("match", args=[li_wei.membership.investor.public_id])),
    ):
        client.post(reverse("match_interest", args=[path.split("/")[2]]), {"wanted": "1"})
    assert f'href="{address}" rel="nofollow noopener noreferrer"' in text_of(partner, match)


def test_a_copy_of_the_own_data_has_the_documents_and_deletion_takes_them(
    startup, founder, django_capture_on_commit_callbacks
):
    upload(founder)
    check_all()
    path = Path(Evidence.objects.get().file.content.path)
    content = path.read_bytes()
    archive = ZipFile(BytesIO(b"".join(founder.post(reverse("own_data_copy")).streaming_content)))
    (row,) = json.loads(archive.read("corridor-data.json"))["profiles.Evidence"]
    assert (row["title"], row["issued_on"], "token" in row) == (CANARY, "2025-03-04", False)
    assert content in [archive.read(name) for name in archive.namelist()]
    with django_capture_on_commit_callbacks(execute=True):
        founder.post(reverse("company_delete"), {"is_sure": "on"})
        own_data.erase_due(at=timezone.now() + own_data.LEAVES_AFTER)
    assert (Evidence.objects.exists(), path.exists()) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_one_decides_and_what_is_removed_is_not_seen(startup, sana):
    first, second = (make_evidence(startup, kind="link", state="waiting") for _number in range(2))
    now = {"by": sana, "at": timezone.now()}
    outcomes = at_once(
        lambda: services.mark_seen(first, **now), lambda: services.decline(first, reason="No", **now)
    )
    assert kinds(outcomes) in (["", "RefusedError"], ["", ""])  # a mark may be taken back at once
    founder = make_founder("owner@example.com", startup)
    at_once(
        lambda: services.mark_seen(second, **now),
        lambda: services.remove(second, by=founder, at=timezone.now()),
    )
    assert list(Evidence.objects.values_list("pk", flat=True)) == [first.pk]


def test_a_type_that_is_refused_is_not_offered(ayesha, as_user):
    answer = upload(as_user(ayesha), name="figures.csv", content=b"year,revenue\n2025,10\n")
    (said,) = answer.context["form"].errors["file"]
    assert said == "We cannot accept this type of file here. Choose one of these types: PDF, PNG, JPEG."
