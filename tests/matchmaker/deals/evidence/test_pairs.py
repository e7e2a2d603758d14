"""Evidence between two companies: documents that one opens to the other, and what one says of the other."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.evidence import services
from matchmaker.models.evidence import EvidenceGrant
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pilot import PilotApplicationState, PilotState
from profiles.companies.evidence import services as evidence
from profiles.models import AuditRecord, Endorsement, Evidence, Investor, Notice, Startup
from tests.factories import make_evidence, make_founder, make_investor, make_partner, make_startup
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.introduced import make_introduction
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db
CANARY = "qanatcertificate"


@pytest.fixture
def talk(startup, ayesha, investor):
    """Ayesha's startup, which states a licence, and Li Wei's fund are both interested."""
    startup.licences = "PSQCA mark"
    startup.save(update_fields=["licences"])
    return make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)


def page_of(company):
    return reverse("pair_evidence", args=[company.public_id])


def text_of(client, path):
    return " ".join(client.get(path).content.decode().split())


def test_a_document_is_saved_by_whom_its_owner_opens_it_to_and_while_they_talk(
    talk, ayesha, li_wei, sana, as_user
):
    document = make_evidence(talk.startup, title=CANARY)
    founder, partner = as_user(ayesha), as_user(li_wei)
    other = make_investor("Ravi Capital")
    rival = as_user(make_partner("rival@example.com", other))
    make_introduction(talk.startup, other, by=ayesha, state=IntroductionState.MUTUAL)
    theirs = reverse("pair_evidence_file", args=[talk.startup.public_id, document.pk])
    ours = reverse("pair_evidence_grant", args=[talk.investor.public_id, document.pk])
    assert page_of(talk.startup) in text_of(partner, reverse("introduction", args=[talk.startup.public_id]))
    assert "Document seen by a curator on" in text_of(partner, page_of(talk.startup))
    assert CANARY not in text_of(partner, page_of(talk.startup))
    assert partner.post(theirs).status_code == 404

    founder.post(ours, {"wanted": "1"})
    assert Notice.objects.get(user=li_wei, kind="document_opened").path == page_of(talk.startup)
    assert CANARY in text_of(partner, page_of(talk.startup))
    assert b"".join(partner.post(theirs)) == Path(document.file.content.path).read_bytes()
    assert rival.post(theirs).status_code == 404
    assert CANARY not in text_of(rival, page_of(talk.startup))
    assert AuditRecord.objects.filter(action="evidence", actor=li_wei).get().details["done"] == "saved"

    evidence.decline(document, reason="Forged", by=sana, at=timezone.now())
    assert partner.post(theirs).status_code == 404  # what a curator refuses goes to no one
    Evidence.objects.update(state="seen")

    founder.post(ours, {"wanted": "0"})
    assert partner.post(theirs).status_code == 404
    founder.post(ours, {"wanted": "1"})
    partner.post(reverse("match_interest", args=[talk.startup.public_id]), {"wanted": "0"})  # it ends
    assert partner.post(theirs).status_code == 404
    assert CANARY not in text_of(partner, page_of(talk.startup))
    assert "This introduction has ended" in founder.post(ours, {"wanted": "1"}, follow=True).content.decode()
    make_introduction(talk.startup, talk.investor, by=ayesha, state=IntroductionState.MUTUAL)
    assert partner.post(theirs).status_code == 404  # another introduction opens nothing by itself


def test_who_talks_with_a_company_endorses_a_claim_and_nobody_reads_who(talk, ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    other = as_user(make_partner("other@example.com", make_investor("Ravi Capital")))
    match = reverse("match", args=[talk.startup.public_id])
    path = reverse("pair_evidence_endorse", args=[talk.startup.public_id])
    assert other.post(path, {"claim": "licence"}).status_code == 404
    for _time in range(2):
        partner.post(path, {"claim": "licence"})
    partner.post(path, {"claim": "honesty"})
    assert Endorsement.objects.count() == 1
    assert Notice.objects.filter(user=ayesha, kind="endorsed_you").count() == 1
    page = text_of(other, match)
    assert "Endorsed by 1 partner" in page
    assert talk.investor.name_en not in page
    assert "Details checked" not in page  # no curator has seen anything
    assert "Licences" in text_of(founder, reverse("evidence"))

    Investor.objects.filter(pk=talk.investor.pk).update(status="suspended")
    assert "Endorsed by" not in text_of(other, match)
    Investor.objects.filter(pk=talk.investor.pk).update(status="approved")
    withdraw = reverse("endorsement_withdraw", args=[Endorsement.objects.get().pk])
    assert founder.post(withdraw).status_code == 404
    given = text_of(partner, reverse("evidence"))
    assert withdraw in given
    assert f'Licences: <a href="{match}"><bdi>{talk.startup.name_en}</bdi></a>' in given
    Startup.objects.filter(pk=talk.startup.pk).update(status="suspended")
    given = text_of(partner, reverse("evidence"))
    assert ("a company that you cannot see now" in given, talk.startup.name_en in given) == (True, False)
    Startup.objects.filter(pk=talk.startup.pk).update(status="approved")
    partner.post(withdraw)
    assert "Endorsed by" not in text_of(other, match)
    assert Notice.objects.filter(user=ayesha, kind="endorsement_withdrawn").count() == 1

    Investor.objects.filter(pk=talk.investor.pk).update(website="https://pearl.example/")
    founder.post(reverse("pair_evidence_endorse", args=[talk.investor.public_id]), {"claim": "website"})
    mirrored = text_of(founder, reverse("match", args=[talk.investor.public_id]))
    assert "Endorsed by 1 startup" in mirrored


def test_what_a_company_does_not_state_is_no_claim_and_is_not_endorsed(talk, ayesha, li_wei, as_user):
    partner, match = as_user(li_wei), reverse("match", args=[talk.startup.public_id])
    endorse = reverse("pair_evidence_endorse", args=[talk.startup.public_id])
    assert "Self-stated: Licences." in text_of(partner, match)
    page = text_of(partner, page_of(talk.startup))
    assert ("Licences" in page, "Bank account and funds" in page, "Registration" in page) == (
        True,
        False,
        False,
    )
    for claim in ("bank", "website", "registration", "certificate"):
        partner.post(endorse, {"claim": claim})
    assert not Endorsement.objects.exists()

    said = {"startup": talk.startup, "investor": talk.investor, "side": Side.INVESTOR}
    for claim in ("bank", "licence"):
        Endorsement.objects.create(**said, claim=claim, by=li_wei, at=timezone.now())
    assert text_of(partner, match).count("Endorsed by 1 partner") == 1
    Startup.objects.filter(pk=talk.startup.pk).update(licences="")
    page = text_of(partner, match)
    assert ("Endorsed by" in page, "Self-stated" in page) == (False, False)


def test_after_an_introduction_a_pilot_allows_an_endorsement_and_a_block_does_not(
    talk, ayesha, li_wei, as_user
):
    partner, path = as_user(li_wei), reverse("pair_evidence_endorse", args=[talk.startup.public_id])
    Introduction.objects.update(state=IntroductionState.CLOSED, ended_at=timezone.now())
    partner.post(path, {"claim": "licence"})
    assert not Endorsement.objects.exists()
    pilot = make_pilot(talk.investor, by=li_wei, state=PilotState.RUNNING)
    make_application(pilot, talk.startup, by=ayesha, state=PilotApplicationState.ACCEPTED)
    partner.post(path, {"claim": "licence"})
    assert Endorsement.objects.get().claim == "licence"
    block = {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    conversations.block_company(talk.startup, talk.investor, **block)
    partner.post(path, {"claim": "bank"})
    assert Endorsement.objects.count() == 1


LOOKS = ("match", "directory", *(each for each in ("evidence", "desk_evidence", "pair")))


@pytest.mark.parametrize("what", LOOKS)
def test_pages_ask_as_much_for_three_as_for_one(what, talk, ayesha, li_wei, sana, as_user, same_queries):
    client, path = {
        "evidence": (as_user(ayesha), reverse("evidence")),
        "desk_evidence": (as_user(sana), reverse("desk_evidence")),
        "match": (as_user(li_wei), reverse("match", args=[talk.startup.public_id])),
        "pair": (as_user(li_wei), page_of(talk.startup)),
        "directory": (as_user(sana), reverse("desk_directory") + "?col=evidence"),
    }[what]

    def add(company, *, host):
        said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
        make_evidence(company, kind="domain", host=host)
        make_evidence(company, kind="link", state="waiting")
        document = make_evidence(company, issued_on=date(2025, 1, 1))
        if company == talk.startup:
            services.grant(document, talk, **{**said, "side": Side.STARTUP, "by": ayesha})
        Endorsement.objects.get_or_create(
            startup=company, investor=talk.investor, claim="bank", side=Side.INVESTOR, defaults={"by": li_wei}
        )

    add(talk.startup, host="a.example")
    client.get(path)  # the first look writes what later ones find
    with same_queries():
        assert client.get(path).status_code == 200
    for number in range(2):
        add(make_startup(f"Other {number}"), host="b.example")
        add(talk.startup, host=f"c{number}.example")
    with same_queries():
        client.get(path)


@pytest.mark.django_db(transaction=True)
def test_what_happens_at_once_leaves_one_row_and_no_open_document(startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    talk = make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    document, now = make_evidence(startup), timezone.now()
    ours, theirs = (
        {"side": side, "by": by, "at": now} for side, by in ((Side.STARTUP, ayesha), (Side.INVESTOR, li_wei))
    )
    colleague = make_founder("second@example.com", startup)
    outcomes = at_once(
        lambda: services.grant(document, Introduction.objects.get(), **ours),
        lambda: services.grant(document, Introduction.objects.get(), **{**ours, "by": colleague}),
    )
    assert (kinds(outcomes), EvidenceGrant.objects.count()) == (["", ""], 1)
    EvidenceGrant.objects.all().delete()
    at_once(
        lambda: services.grant(document, Introduction.objects.get(), **ours),
        lambda: conversations.block_company(startup, investor, **theirs),
    )
    talk.refresh_from_db()
    assert talk.state == IntroductionState.CLOSED  # and a closed one opens nothing
