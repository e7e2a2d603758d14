"""The curators' directory: everyone is found, whatever the state, and what is taken away is on record."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from matchmaker.models.saved_view import SavedView
from matchmaker.portal.directory import services
from profiles.choices import Status
from profiles.models import AuditRecord, User
from tests.factories import make_evidence, make_founder, make_investor, make_partner, make_startup, make_user

DIRECTORY = reverse("desk_directory")


def found(desk, **query):
    """Return the names on the page, in its order."""
    return [profile.name_en for profile, _cells in desk.get(DIRECTORY, query).context["rows"]]


def cells(desk, **query):
    """Return the first row by the code of its column."""
    _profile, row = desk.get(DIRECTORY, query).context["rows"][0]
    return {column.code: text for column, text in row}


def test_every_state_is_listed_and_every_link_leads_to_a_page(desk):
    make_investor("Fund", status=Status.DRAFT)
    for status in Status:
        make_startup(f"Startup {status}", status=status)

    for side, count in (("startup", len(Status)), ("investor", 1)):
        page = desk.get(DIRECTORY, {"side": side})
        assert len(page.context["rows"]) == count
        for profile, _cells in page.context["rows"]:
            link = reverse("desk_profile", args=[side, profile.public_id])
            assert f'href="{link}"' in page.content.decode()
            assert desk.get(link, follow=True).status_code == 200


def test_a_draft_shows_who_is_behind_it_and_none_of_its_texts(desk):
    draft = make_startup("Sketch", status=Status.DRAFT, reviewed_at=None, registration_number="PK-77")
    owner = make_founder("owner@example.com", draft)

    page = desk.get(reverse("desk_profile", args=["startup", draft.public_id])).content.decode()

    assert all(word in page for word in ("Sketch", "PK-77", owner.email))
    assert draft.pitch not in page
    assert draft.summary_en not in page


def test_a_profile_is_found_by_its_names_numbers_and_addresses(desk):
    names = {"name_ur": "نہری نظام", "name_zh": "灌溉科技", "registration_number": "PK-0042"}
    addresses = {"contact_email": "hello@indus.example", "website": "https://www.indus.example/"}
    startup = make_startup(**names, **addresses)
    make_founder("ayesha@example.com", startup)
    make_startup("Ravi Soil")
    for words in (
        "indus",
        "نہری",
        "灌溉",
        "pk-0042",
        "hello@indus.example",
        "ayesha@",
        "www.indus",
        "{public_id}",
    ):
        assert found(desk, q=words.format(public_id=startup.public_id)) == ["Indus Grow"]


def test_filters_narrow_both_sides_and_unknown_values_narrow_nothing(desk):
    now = timezone.now()
    here = make_startup("Here", reviewed_at=now, submitted_at=now - timedelta(days=1))
    User.objects.filter(pk=make_founder("a@example.com", here).pk).update(last_login=now)
    make_startup("Edited", submitted_at=now)  # after it was read
    make_startup("Imported", is_unclaimed=True, status=Status.SUBMITTED, place=None)
    make_evidence(make_investor("Checked Fund"), kind="domain")
    make_investor("Fund")

    assert found(desk, checked="yes") == ["Here"]
    assert found(desk, claimed="yes") == ["Here"]
    assert found(desk, claimed="no") == ["Edited", "Imported"]
    assert found(desk, status="submitted") == ["Imported"]
    assert found(desk, signed_in="30") == ["Here"]
    assert found(desk, signed_in="never") == ["Edited", "Imported"]
    assert found(desk, place="PK") == ["Edited", "Here"]  # and what is narrower
    assert found(desk, sector="AGR", stage="seed", form="equity") == ["Edited", "Here", "Imported"]
    assert found(desk, side="investor", evidence="domain") == ["Checked Fund"]
    assert found(desk, side="investor", evidence="self_stated") == ["Fund"]
    assert found(desk, evidence="document") == []
    assert found(desk, side="investor", sector="AGR") == ["Checked Fund", "Fund"]
    everybody = ["Edited", "Here", "Imported"]
    assert found(desk, status="x", place="x", password="x", sort="password", col="password") == everybody
    counts = desk.get(DIRECTORY, {"sector": "AGR"}).context["sides"]
    assert [count for _side, _label, count in counts] == [3, 2]


def test_columns_are_chosen_and_sorted_by(desk):
    now = timezone.now()
    first = make_startup("Alpha", registration_number="2", website="https://www.alpha.example/about")
    second = make_startup("Beta", registration_number="1", is_unclaimed=True)
    User.objects.filter(pk=make_founder("boss@alpha.example", first).pk).update(last_login=now)

    assert found(desk, sort="number") == found(desk, sort="-name") == ["Beta", "Alpha"]
    assert found(desk, sort="-signed_in") == ["Alpha", "Beta"]
    shown = cells(desk, col=["people", "evidence", "domain"])
    assert shown == {
        "name": "Alpha",
        "people": "boss@alpha.example",
        "domain": "alpha.example",
        "evidence": "Email address at its website",
    }
    usual = cells(desk, q=second.public_id)
    assert (usual["claimed"], usual["status"], usual["stage"]) == ("no", "Approved", "Seed")
    for number, column in enumerate(usual):
        side, way = ("startup", "investor")[number % 2], "-" * (number // 2 % 2)
        assert desk.get(DIRECTORY, {"side": side, "sort": f"{way}{column}"}).status_code == 200


@pytest.mark.parametrize("side", ["startup", "investor"])
def test_one_and_three_profiles_cost_the_same(desk, side, same_queries):
    for names in (("a",), ("b", "c")):
        for name in names:
            if side == "startup":
                make_founder(f"{name}@example.com", make_startup(name))
            else:
                make_partner(f"{name}@example.com", make_investor(name))
        with same_queries():
            assert found(desk, side=side, q="example.com", sector="AGR")


# --- Views ---


def save(desk, name, query="side=startup&status=submitted&sort=-name&col=number&page=3&x=1"):
    return desk.post(reverse("saved_view_add"), {"name": name, "query": query})


def test_a_view_is_kept_shared_by_its_address_replaced_and_deleted(desk, sana, as_user):
    make_startup("Waits", status=Status.SUBMITTED)
    make_startup("Approved")
    address = save(desk, "To do").headers["Location"]

    assert "page=3" not in address
    assert "x=1" not in address
    other = as_user(make_user("other@example.com", sana.role))
    for client, views in ((desk, ["To do"]), (other, [])):
        page = client.get(address)
        assert [profile.name_en for profile, _cells in page.context["rows"]] == ["Waits"]
        assert [view.name for view in page.context["views"]] == views
    save(desk, "To do", "side=investor")
    view = SavedView.objects.get()
    assert view.query == "side=investor"
    assert other.post(reverse("saved_view_delete", args=[view.pk])).status_code == 404
    desk.post(reverse("saved_view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_keeps_its_filters_and_there_are_not_too_many(desk, monkeypatch):
    answer = save(desk, " ", "side=investor&q=fund")
    assert (answer.status_code, answer.context["side"], answer.context["words"]) == (422, "investor", "fund")

    assert save(desk, "Long", "q=" + "ن" * 600).status_code == 422  # longer in an address than as typed
    monkeypatch.setattr(services, "MOST_VIEWS", 1)
    save(desk, "One")
    answer = save(desk, "Two")
    assert answer.context["form"].errors == {
        "name": ["You have reached the maximum number of views. Delete one first."]
    }
    assert save(desk, "One").status_code == 302


# --- Exports ---


def export(desk, kind, query):
    answer = desk.post(reverse("desk_directory_export"), {"kind": kind, "query": query})
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    return answer.getvalue()


def rows_of(kind, data):
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return [[str(cell.value or "") for cell in row] for row in load_workbook(io.BytesIO(data)).active]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_filtered_rows_are_exported_and_that_is_on_record(desk, sana, kind):
    for number in range(30):  # more than a page
        make_startup(f"Startup {number:02}", registration_number=str(number), name_ur="نہری")
    make_startup("Draft", status=Status.DRAFT)
    query = "side=startup&status=approved&sort=-name&col=number"

    rows = rows_of(kind, export(desk, kind, query))

    assert rows[:2] == [["Name", "Number"], ["Startup 29", "29"]]
    assert len(rows) == 31
    record = AuditRecord.objects.get(action="directory_export")
    assert record.details == {
        "rows": "30",
        "format": kind.upper(),
        "filter": "side=startup&sort=-name&status=approved&col=number",
    }
    log = desk.get(reverse("audit")).content.decode()
    assert f"exported 30 profiles of the directory as {kind.upper()}" in log


def test_an_export_asks_again_who_it_is_and_has_its_limit(desk, settings):
    answers = [desk.post(reverse("desk_directory_export"), {"kind": "csv", "query": ""}) for _ in range(21)]
    assert [each.status_code for each in answers[19:]] == [200, 429]
    settings.DEMO = False
    assert desk.post(reverse("desk_directory_export"), {"kind": "csv", "query": ""}).status_code == 302
