"""A domain is proved by whoever reads its mail or writes its records, and by no one else."""

import re
import socketserver
import threading
from datetime import timedelta

import dns.message
import dns.rrset
import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from profiles.companies.evidence import services
from profiles.models import Evidence, OutboxMail, Startup
from tests import factories
from tests.mails import delivered
from tests.profiles.companies.evidence.test_evidence import text_of

pytestmark = pytest.mark.django_db
DOMAIN, OWN = reverse("evidence_domain"), reverse("evidence")


@pytest.fixture
def founder(startup, ayesha, as_user):
    """Ayesha's browser; her startup has a website."""
    Startup.objects.filter(pk=startup.pk).update(website="https://www.indusgrow.example/about")
    return as_user(ayesha)


@pytest.fixture
def records(settings):
    """A DNS server on this machine; what is put into the list stands in the record that is asked for."""
    found, asked = list[str](), list[str]()

    class Answer(socketserver.BaseRequestHandler):
        def handle(self):
            question = dns.message.from_wire(self.request[0])
            name = question.question[0].name
            asked.append(str(name))
            answer = dns.message.make_response(question)
            if found:
                answer.answer.append(
                    dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{t}"' for t in found])
                )
            self.request[1].sendto(answer.to_wire(), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.DNS_SERVER = f"127.0.0.1:{server.server_address[1]}"
        yield found, asked
        server.shutdown()


def state():
    """Return the states of all domains that someone began to prove."""
    return list(Evidence.objects.filter(kind="domain").values_list("state", flat=True))


def mailed(client):
    """Ask for the link by mail, and return the path in it."""
    client.post(DOMAIN, {"way": "mail", "mailbox": "webmaster"})
    letter = delivered()[-1]
    assert letter.to == ["webmaster@indusgrow.example"]
    link = re.search(r"https?://[^/\s]+(/evidence/domain/\S+)", letter.body)
    assert link
    return link[1]


def test_who_reads_a_mail_to_the_domain_proves_it(founder, startup, li_wei, as_user):
    path = mailed(founder)
    rival = as_user(factories.make_founder("rival@example.com", factories.make_startup("Rival")))
    assert rival.post(path).status_code == 404  # the link is of no use to another company
    assert "Confirm the domain" in text_of(founder, path)
    assert state() == ["open"]  # looking proves nothing: programs that check mails open links
    assert founder.post(path).headers["Location"] == OWN
    assert state() == ["seen"]
    page = text_of(as_user(li_wei), reverse("match", args=[startup.public_id]))
    assert "Details checked: Website." in page
    assert "Domain proved on" in page
    assert Evidence.objects.get().expires_on > timezone.localdate() + timedelta(days=360)
    mailed(founder)
    assert state() == ["seen"]  # to begin again takes nothing away

    Startup.objects.filter(pk=startup.pk).update(website="https://victim.example")
    assert "No evidence for individual details has been checked yet" in text_of(
        as_user(li_wei), reverse("match", args=[startup.public_id])
    )
    assert founder.post(path).status_code == 404


def test_what_the_page_shows_is_no_mailed_link(founder):
    founder.post(DOMAIN)
    proof = Evidence.objects.get()
    assert proof.token in text_of(founder, DOMAIN)
    forged = signing.dumps([proof.pk, proof.host], salt="other")
    for link in (proof.token, forged, "x"):
        assert founder.post(reverse("evidence_domain_link", args=[link])).status_code == 404
    assert state() == ["open"]


def test_a_mailed_link_ends_after_a_week(founder, ayesha, startup, settings):
    path = mailed(founder)
    services.LINK_LASTS, before = timedelta(seconds=-1), services.LINK_LASTS
    try:
        assert founder.post(path).status_code == 404
    finally:
        services.LINK_LASTS = before


def test_who_writes_the_records_of_the_domain_proves_it(founder, records):
    found, asked = records
    founder.post(DOMAIN)
    proof = Evidence.objects.get()
    assert "_corridor.indusgrow.example" in text_of(founder, DOMAIN)
    for wrong in ([], ["v=spf1 -all", "another token"]):
        found[:] = wrong
        founder.post(DOMAIN, {"way": "record"})
        assert state() == ["open"]
    assert set(asked) == {"_corridor.indusgrow.example."}
    found[:] = ["v=spf1 -all", proof.token]
    assert founder.post(DOMAIN, {"way": "record"}).headers["Location"] == OWN
    assert state() == ["seen"]


@pytest.mark.parametrize(
    "website",
    ["", "https://gmail.com/", "https://indus.facebook.com/", "https://localhost/", "https://127.0.0.1/"],
)
def test_an_address_that_is_nobodys_own_is_no_domain(founder, startup, website, records):
    Startup.objects.filter(pk=startup.pk).update(website=website)
    for way in ("mail", "record", ""):
        founder.post(DOMAIN, {"way": way, "mailbox": "info"})
    assert (state(), OutboxMail.objects.count(), records[1]) == ([], 0, [])
    assert "no website of your own" in text_of(founder, DOMAIN)


def test_few_mails_go_to_a_mailbox_and_to_none_that_the_form_does_not_name(founder):
    for mailbox in ("info", "boss", "info@victim.example,x", "admin\nBcc: x"):
        founder.post(DOMAIN, {"way": "mail", "mailbox": mailbox})
    assert set(OutboxMail.objects.values_list("recipient", flat=True)) == {"info@indusgrow.example"}
    for _number in range(8):
        founder.post(DOMAIN, {"way": "mail", "mailbox": "info"})
    assert OutboxMail.objects.filter(kind="domain_mail").count() == 5
