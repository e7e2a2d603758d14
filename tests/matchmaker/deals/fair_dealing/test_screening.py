"""Screening lists: candidates only, decided by a person, told to no one, forgotten in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.choices import ScreeningDecision
from matchmaker.deals.fair_dealing import services as fair_dealing
from matchmaker.deals.fair_dealing.screening_lists import READERS, UnknownFormatError, read_list
from matchmaker.deals.fair_dealing.services import name_tokens, resemble
from matchmaker.models.fair_dealing import ScreeningCandidate, ScreeningName
from profiles.choices import Status
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Investor
from tests import factories

DECLARED = (
    '<!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST><INDIVIDUAL><DATAID>1</DATAID>'
    "<FIRST_NAME>&a;</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>"
)
LISTS = Path(__file__).parent / "screening_lists"


PUBLISHED = {
    ("UN-SC", "un.xml"): (
        "9000001 Zafirullah Quraishi", "9000001 ظفیراللہ قریشی", "9000001 Zafeer Ullah Qureshi",
        "9000002 Invented Relief Trust", "9000002 Invented Help Trust",
    ),
    ("OFAC-SDN", "sdn.csv"): ("9100001 INVENTED SHIPPING WORKS", "9100002 KHARADAR, Mukhtar"),
    ("OFAC-SDN", "alt.csv"): ("9100001 INVENTED FERRY WORKS",),
    ("OFAC-SDN", "sdn.xml"): ("9200001 Mukhtar Kharadar", "9200001 Mokhtar Kharadari"),
    ("EU-FSF", "eu.csv"): ("9300001 虚构航运有限公司", "9300001 Invented Shipping Works"),
    ("US-CSL", "csl.csv"): (
        "9400001 Invented Sensor Works", "9400001 Invented Sensing Works", "9400001 虚构传感股份有限公司",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "file"), PUBLISHED)
def test_each_published_format_is_read(code, file):
    found = tuple(" ".join(one) for one in read_list(code, LISTS / file))
    assert found == PUBLISHED[code, file]


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("FATF", "list.csv", "a,b\n"),
        ("UN-SC", "list.csv", "a,b\n"),
        ("UN-SC", "list.xml", "<CONSOLIDATED_LIST/>"),
        ("UN-SC", "broken.xml", "<CONSOLIDATED_LIST>"),
        ("UN-SC", "bomb.xml", '<!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>'),
        ("US-CSL", "other.csv", "who,what\nSomebody,Something\n"),
        ("UN-SC", "declared.xml", DECLARED.encode("utf-16")),
        ("UN-SC", "declared.xml", DECLARED.encode("utf-16-be")),
        ("UN-SC", "mainframe.xml", b'<?xml version="1.0" encoding="cp037"?>' + DECLARED.encode("cp037")),
        ("US-CSL", "wide.csv", "_id,name\n1,Somebody\n".encode("utf-16")),
        ("US-CSL", "old.csv", "_id,name\n1,José\n".encode("latin-1")),
        ("US-CSL", "open.csv", '_id,name\n1,"Somebody' + "x" * 200_000),
        ("US-CSL", "zero.csv", "_id,name\n1,Some\0body\n"),
        ("OFAC-SDN", "long.csv", f"{'9' * 41},Somebody\n"),
        ("OFAC-SDN", "superscript.csv", "²,Some\0body\n"),
        ("EU-FSF", "long.csv", f"Entity_LogicalId;NameAlias_WholeName\n{'1' * 41};Somebody\n"),
    ],
)
def test_what_is_no_such_list_is_refused(tmp_path, db, code, name, text):
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(UnknownFormatError):
        read_list(code, path)
    with pytest.raises(CommandError):
        call_command("import_screening", code, str(path), verbosity=0)


@pytest.mark.attack
def test_any_file_is_a_list_or_refused(tmp_path, tally, depth, db):
    """Whatever is in a file, reading it ends with names that the table can hold, or in a refusal."""
    pieces = st.sampled_from(
        [
            b"_id,name,alt_names\n",
            b"1,",
            b'"',
            b"\0",
            b"\xff\xfe",
            b";",
            b"\r",
            b"\n",
            b"<!DOCTYPE",
            b"<x>",
            b"\xef\xbb\xbf",
        ]
    )
    content = st.lists(pieces | st.binary(max_size=12) | st.text(max_size=12).map(str.encode), max_size=12)

    @settings(max_examples=depth(60, deep=3_000))
    @given(content=content, known=st.sampled_from([*READERS]))
    def any_file(content, known):
        code, suffix = known
        path = tmp_path / f"any{suffix}"
        path.write_bytes(b"".join(content))
        try:
            found = read_list(code, path)
        except UnknownFormatError:
            found = []
        tally.check(
            all(len(one.entry) <= 40 and "\0" not in f"{one.entry}{one.name}" for one in found), content
        )

    any_file()
    tally.settle()


@pytest.mark.parametrize(
    ("own", "listed", "alike"),
    [
        ("Zafirullah Qureshi", "Zafeer Ullah Qureshi", False),  # spaces inside a word are not guessed
        ("Zafeerullah Qureshi", "Zafirullah Quraishi", True),
        ("ظفیراللہ قریشی", "Zafirullah Quraishi", True),
        ("محمد مختار", "Muhammad Mukhtar", True),
        ("Mukhtar Muhammad Khan", "MUKHTAR, Mohammed", True),
        ("Mukhtar", "Mukhtar Kharadar", False),  # one common word says nothing
        ("Kharadar", "Mukhtar Kharadar", False),
        ("虚构传感", "虚构传感股份有限公司", True),
        ("虚构", "虚构传感股份有限公司", False),
        ("Indus Grow", "Invented Shipping Works", False),
        ("Works Pvt Ltd", "Invented Works", False),
        ("", "Invented Works", False),
    ],
)
def test_names_resemble_each_other_across_scripts(own, listed, alike):
    assert resemble(name_tokens(own), name_tokens(listed)) is alike


@pytest.fixture
def candidate(li_wei):
    """Li Wei's company has an owner whose name resembles one on the list."""
    Investor.objects.update(beneficial_owner="Zafeerullah Qureshi")
    call_command("import_screening", "UN-SC", str(LISTS / "un.xml"), verbosity=0)
    return ScreeningCandidate.objects.get()


def test_a_resembling_name_is_a_candidate_once_and_nothing_else_happens(candidate, li_wei):
    before = Investor.objects.values().get()
    call_command("import_screening", "UN-SC", str(LISTS / "un.xml"), verbosity=0)

    assert (candidate.own_name, candidate.entry, candidate.decision) == ("Zafeerullah Qureshi", "9000001", "")
    assert (ScreeningCandidate.objects.count(), ScreeningName.objects.count()) == (1, 5)
    assert Investor.objects.values().get() == before
    assert before["status"] == Status.APPROVED


def test_an_unknown_file_changes_nothing(candidate, tmp_path):
    (tmp_path / "un.xml").write_text("<CONSOLIDATED_LIST/>", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_screening", "UN-SC", str(tmp_path / "un.xml"), verbosity=0)
    assert ScreeningName.objects.count() == 5


def test_a_curator_decides_with_a_reason(as_user, sana, candidate):
    client, address = as_user(sana), f"/desk/screening/{candidate.pk}/"
    assert client.post(address, {"decision": "another"}).status_code == 422

    client.post(address, {"decision": "another", "reason": "Born in another year"})

    candidate.refresh_from_db()
    assert (candidate.decision, candidate.reason, candidate.decided_by) == (
        "another", "Born in another year", sana,
    )  # fmt: skip
    record = AuditRecord.objects.get(action="screened")
    assert record.details == {"list": "UN-SC", "decision": "another"}
    # The decision stands when the list comes again.
    call_command("import_screening", "UN-SC", str(LISTS / "un.xml"), verbosity=0)
    assert ScreeningCandidate.objects.get().decision == "another"


def test_only_curators_decide_and_never_without_a_reason(candidate, li_wei, sana):
    found = {"decision": ScreeningDecision.LOOK, "at": timezone.now()}
    with pytest.raises(NotACuratorError):
        fair_dealing.decide_candidate(candidate, reason="I say so", by=li_wei, **found)
    with pytest.raises(ReasonMissingError):
        fair_dealing.decide_candidate(candidate, reason=" ", by=sana, **found)


def test_neither_side_and_no_operator_reads_of_it(talks, as_user, candidate, sana):
    said = {"decision": ScreeningDecision.LOOK, "reason": "Zebrafinch", "at": timezone.now()}
    fair_dealing.decide_candidate(candidate, by=sana, **said)
    talks.become_mutual()
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
    admin = "/admin/matchmaker/screeningcandidate/"
    pages = [
        talks.founder.get(f"/matches/{talks.investor.public_id}/"),
        talks.founder.get(f"/matches/{talks.investor.public_id}/fair-dealing/"),
        talks.partner.get("/home/"),
        talks.partner.get("/investor/status/"),
        as_user(operator).get(admin),
        as_user(operator).get(f"{admin}{candidate.pk}/change/"),
        as_user(sana).get("/desk/audit/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert (page.status_code, "Zebrafinch" in text, "9000001" in text) == (200, False, False)


def test_what_was_decided_is_forgotten_when_the_settings_say(candidate, sana, settings):
    settings.SCREENING_KEPT_DAYS = 30
    decided = timezone.now() - timedelta(days=31)
    fair_dealing.forget_candidates(at=timezone.now())
    assert ScreeningCandidate.objects.count() == 1  # what waits stays

    fair_dealing.decide_candidate(
        candidate, decision=ScreeningDecision.ANOTHER, reason="x", by=sana, at=decided
    )
    fair_dealing.forget_candidates(at=timezone.now())
    assert ScreeningCandidate.objects.count() == 0


def test_one_and_three_take_the_same_queries(desk, candidate, same_queries):
    for names in ((), ("Second", "Third")):
        for name in names:
            factories.make_investor(name, beneficial_owner="Zafirullah Quraishi")
        fair_dealing.find_candidates(at=timezone.now())
        with same_queries():
            desk.get("/desk/screening/")
    assert ScreeningCandidate.objects.count() == 3
