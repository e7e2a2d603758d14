"""A deck: sent, drawn by the worker, read by the companies that its owner allows, refused after that."""

import io
from datetime import timedelta
from itertools import cycle

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks import marks
from matchmaker.deals.decks.services import copies, drawing, reading, sharing
from matchmaker.desk.duplicates.services.merge import forget_records, merge
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy, DeckOpening, DeckPage, DeckVersion
from matchmaker.models.introduction import IntroductionState
from matchmaker.portal.own_data.services import erase_company
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Status
from profiles.models import AuditRecord, CheckedFile, Membership, Notice, OutboxMail, Startup, User
from profiles.platform.files import services as files
from tests.factories import make_investor, make_partner, make_startup, make_user
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.decks.decked import (
    begin,
    cover,
    draw_all,
    image_of,
    kept,
    let_in,
    make_deck,
    page_of,
    pdf,
    send,
    show_to,
    text_of,
)
from tests.matchmaker.introduced import make_introduction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
DAY = timedelta(days=1)


# --- Sent and drawn -----------------------------------------------------------------------------------------


def test_a_deck_is_drawn_page_by_page_and_its_file_goes(startup, ayesha, founder):
    assert send(founder, pdf(3)).status_code == 302
    assert "Being checked" in text_of(founder, reverse("deck"))
    check_all()
    assert drawing.draw_next(at=timezone.now())
    assert "1 of 3 pages are ready." in text_of(founder, reverse("deck"))
    draw_all()
    version = DeckVersion.objects.get()
    assert (version.state, version.page_count, version.file) == ("ready", 3, None)
    assert [page.text for page in version.pages.all()] == [f"Smart irrigation, page {n}" for n in (1, 2, 3)]
    assert [(page.width, page.height) for page in version.pages.all()] == [(1600, 900)] * 3
    assert Deck.objects.get().current == version
    assert len(kept()) == 3
    assert default_storage.listdir("received")[1] == []
    assert Notice.objects.filter(user=ayesha, kind="deck_ready").exists()
    picture = founder.get(image_of(startup))
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(picture.content)).size == (1600, 900)


def test_the_old_version_is_read_until_the_new_one_is_ready(startup, ayesha, as_user):
    deck = make_deck(startup, ayesha)
    send(as_user(ayesha), pdf(2, text="New"))
    check_all()
    deck.refresh_from_db()
    assert deck.current.number == 1

    # A worker claims it and stops: another one draws it after the lease, once.
    now = timezone.now()
    waiting = DeckVersion.objects.filter(number=2)
    waiting.update(leased_until=now + timedelta(minutes=3), attempts=1)
    assert not drawing.draw_next(at=now)
    assert drawing.draw_next(at=now + timedelta(minutes=4))
    draw_all()
    deck.refresh_from_db()
    assert (deck.current.number, deck.current.state, deck.current.pages.count()) == (2, "ready", 2)

    sharing.remove(deck.current, by=ayesha, at=timezone.now())
    deck.refresh_from_db()
    assert deck.current.number == 1


def test_another_type_and_more_than_sixty_pages_are_refused_in_words(startup, ayesha, as_user):
    answer = send(as_user(ayesha), b"GIF89a", "deck.gif")
    assert answer.status_code == 422
    assert "PDF, PPTX" in answer.content.decode()
    assert not DeckVersion.objects.exists()

    founder = as_user(ayesha)
    send(founder, pdf(61))
    check_all()
    draw_all()
    assert "more than 60 pages" in text_of(founder, reverse("deck"))
    assert not DeckPage.objects.exists()
    assert kept() == set()
    assert Notice.objects.filter(user=ayesha, kind="deck_refused").exists()


def test_what_cannot_be_drawn_after_three_attempts_is_refused(startup, ayesha, as_user):
    send(as_user(ayesha), pdf(1))
    check_all()
    DeckVersion.objects.update(attempts=drawing.MOST_ATTEMPTS)
    draw_all()
    assert DeckVersion.objects.get().fault == "failed"


def test_pages_that_find_no_room_are_refused_and_leave_nothing(startup, founder, monkeypatch):
    send(founder, pdf(2))
    check_all()
    monkeypatch.setattr(files, "QUOTA", 20)
    draw_all()
    assert "no storage space left for the pages" in text_of(founder, reverse("deck"))
    assert kept() == set()


# --- Who reads ----------------------------------------------------------------------------------------------


def test_on_request_one_company_reads_and_is_refused_on_the_very_next_page(
    startup, ayesha, li_wei, investor, as_user
):
    make_deck(startup, ayesha, pages=3)
    founder, partner = as_user(ayesha), as_user(li_wei)
    assert "Ask to read the deck" in text_of(partner, reverse("match", args=[startup.public_id]))
    assert text_of(partner, page_of(startup)) == 404
    assert partner.post(cover(startup)).status_code == 302
    assert "has not answered yet" in text_of(partner, cover(startup))
    assert Notice.objects.get(user=ayesha, kind="deck_asked").path == reverse("deck")
    assert text_of(partner, page_of(startup)) == 404

    answer = reverse("deck_access", args=[investor.public_id])
    founder.post(answer, {"answer": "allow", "days": "30"})
    assert Notice.objects.get(user=li_wei, kind="deck_allowed").path == cover(startup)
    access = DeckAccess.objects.get()
    assert access.until - access.decided_at == 30 * DAY
    assert "The startup sees which pages your company opens" in text_of(partner, cover(startup))
    assert partner.get(page_of(startup)).headers["Location"] == cover(startup)  # has not read that yet
    begin(partner, startup)
    assert "Smart irrigation, page 1" in text_of(partner, page_of(startup))
    assert partner.get(image_of(startup)).status_code == 200
    assert partner.get(image_of(startup, 2)).status_code == 404, "its page was not opened"
    partner.get(page_of(startup, 2))
    assert partner.get(image_of(startup, 2)).status_code == 200

    DeckAccess.objects.update(until=timezone.now() - DAY)
    shown = founder.get(reverse("deck")).context["access"][0].version
    founder.post(answer, {"answer": "close"})
    old = founder.post(answer, {"answer": "allow", "days": "30", "seen": shown}, follow=True)
    assert "This has changed since you opened the page" in old.content.decode(), "a colleague has closed it"
    paths = [page_of(startup, 2), page_of(startup), image_of(startup), cover(startup)]
    assert [partner.get(path).status_code for path in paths] == [404] * 4
    assert "deck" not in text_of(partner, reverse("match", args=[startup.public_id])).lower()
    assert not any("Smart irrigation" in str(vars(mail)) for mail in OutboxMail.objects.all())


def test_the_audience_decides(startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    partner = as_user(li_wei)

    def found(audience):
        show_to(startup, audience)
        return partner.get(cover(startup)).status_code, partner.get(page_of(startup)).status_code

    assert found("matched") == (200, 302)
    assert found("mutual") == (404, 404)
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    assert found("mutual") == (200, 302)
    assert found("request") == (200, 404), "may ask"
    assert found("nobody") == (404, 404)
    assert found("public") == (200, 404), "is no choice of the deck: as on request"


def test_a_grant_ends_by_itself_and_counts_on_request_only(startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    partner = as_user(li_wei)
    access = let_in(startup, investor, until=timezone.now() + DAY)
    begin(partner, startup)
    show_to(startup, "nobody")
    assert partner.get(page_of(startup)).status_code == 404
    show_to(startup, "request")
    assert partner.get(page_of(startup)).status_code == 200
    access.until = timezone.now() - DAY
    access.save()
    assert partner.get(page_of(startup)).status_code == 404
    assert partner.get(image_of(startup)).status_code == 404
    assert "Ask to read the deck" in text_of(partner, cover(startup))


def test_who_is_declined_asks_again_after_a_month(startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    founder, partner = as_user(ayesha), as_user(li_wei)
    partner.post(cover(startup))
    founder.post(reverse("deck_access", args=[investor.public_id]), {"answer": "decline"})
    assert Notice.objects.filter(user=li_wei, kind="deck_declined").exists()
    assert partner.get(cover(startup)).status_code == 404
    DeckAccess.objects.update(decided_at=timezone.now() - 31 * DAY)
    assert partner.post(cover(startup)).status_code == 302
    assert DeckAccess.objects.get().waits


EVENTS = {
    "the startup blocks": lambda w: conversations.block_company(
        w.startup, w.investor, side=Side.STARTUP, by=w.founder, at=timezone.now()
    ),
    "the investor blocks": lambda w: conversations.block_company(
        w.startup, w.investor, side=Side.INVESTOR, by=w.reader, at=timezone.now()
    ),
    "the startup is suspended": lambda w: w.change(w.startup, status=Status.SUSPENDED),
    "the investor is suspended": lambda w: w.change(w.investor, status=Status.SUSPENDED),
    "the reader leaves the team": lambda w: w.reader.membership.delete(),
    "consent to show is withdrawn": lambda w: w.withdraw(Purpose.SHOWING),
    "consent to send abroad is withdrawn": lambda w: w.withdraw(Purpose.CROSS_BORDER),
    "the version is removed": lambda w: sharing.remove(w.deck.current, by=w.founder, at=timezone.now()),
    "the startup is deleted": lambda w: erase_company(w.startup, by=w.founder, at=timezone.now()),
}


class World:
    def __init__(self, deck, founder, reader):
        self.deck, self.startup, self.founder, self.reader = deck, deck.startup, founder, reader
        self.investor = reader.membership.investor

    def change(self, company, **fields):
        type(company).objects.filter(pk=company.pk).update(**fields)

    def withdraw(self, purpose):
        consents.withdraw(self.startup, purpose=purpose, by=self.founder, at=timezone.now())


@pytest.mark.parametrize(
    ("event", "audience"), list(zip(EVENTS, cycle(["matched", "request"]), strict=False))
)
def test_after_an_event_the_next_page_is_refused(event, audience, startup, ayesha, li_wei, as_user):
    world = World(make_deck(startup, ayesha), ayesha, li_wei)
    show_to(startup, audience)
    let_in(startup, world.investor, until=timezone.now() + DAY)
    partner = as_user(li_wei)
    begin(partner, startup)
    assert partner.get(image_of(startup)).status_code == 200
    EVENTS[event](world)
    paths = [
        page_of(startup),
        page_of(startup, 2),
        image_of(startup),
        reverse("deck_save", args=[startup.public_id]),
    ]
    found = [partner.get(path) for path in paths[:3]] + [partner.post(paths[3])]
    assert all(
        answer.status_code == 404
        or "login" in answer.get("Location", "")
        or answer.get("Location") == "/home/"
        for answer in found
    )
    assert all(b"Smart irrigation" not in answer.content for answer in found)
    if event == "the investor blocks":  # of which the startup is not told
        assert "Can read it until" in as_user(ayesha).get(reverse("deck")).content.decode()


def test_of_a_grant_another_company_gets_nothing_and_an_investor_decides_nothing(
    startup, ayesha, li_wei, investor, as_user
):
    deck = make_deck(startup, ayesha)
    let_in(startup, investor, until=timezone.now() + DAY)
    rival = as_user(make_partner("rival@example.com", make_investor("Ravi Capital")))
    assert rival.get(page_of(startup)).status_code == 404
    assert rival.get(image_of(startup)).status_code == 404
    assert "Ask to read" in text_of(rival, cover(startup))

    partner = as_user(li_wei)
    posts = [
        (reverse("deck_access", args=[investor.public_id]), {"answer": "allow", "days": "9"}),
        (reverse("deck_remove", args=[1]), {}),
        (reverse("deck_download_allowed"), {"wanted": "1"}),
    ]
    assert [partner.post(path, data).status_code for path, data in posts] == [404] * 3
    deck.refresh_from_db()
    assert not deck.may_download
    assert deck.versions.exists()


def test_who_has_changed_the_company_reads_nothing_that_the_owner_does_not_see(
    startup, ayesha, li_wei, as_user
):
    make_deck(startup, ayesha)
    show_to(startup, "matched")
    begin(as_user(li_wei), startup)
    li_wei.membership.delete()
    new = make_investor("Second Fund")
    Membership.objects.create(user=li_wei, investor=new)
    partner = as_user(User.objects.get(pk=li_wei.pk))
    assert partner.get(image_of(startup)).status_code == 404
    assert partner.get(page_of(startup)).url == cover(startup)
    begin(partner, startup)
    assert partner.get(image_of(startup)).status_code == 200
    assert DeckOpening.objects.filter(investor=new).count() == 2


def test_a_merge_lets_no_one_read_what_it_could_not_read_before(
    startup, ayesha, li_wei, investor, sana, as_user
):
    make_deck(startup, ayesha)
    other = make_startup("Second record")
    let_in(other, investor, until=timezone.now() + DAY)
    partner = as_user(li_wei)
    assert partner.get(page_of(startup)).status_code == 404
    merge(startup, other, take=(), reason="The same", by=sana, at=timezone.now())
    assert partner.get(page_of(startup)).status_code == 404
    assert DeckAccess.objects.get(startup=startup).waits


def test_a_day_after_a_merge_the_pages_of_the_second_deck_are_deleted(
    startup, ayesha, sana, django_capture_on_commit_callbacks
):
    make_deck(startup, ayesha, pages=2)
    other = make_startup("Second record")
    make_deck(other, ayesha, pages=3)
    now = timezone.now()
    row = merge(startup, other, take=(), reason="The same", by=sana, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        forget_records(at=now + timedelta(hours=23))
    assert len(kept()) == 5  # the merge may still be undone
    with django_capture_on_commit_callbacks(execute=True):
        forget_records(at=now + timedelta(hours=25))
    assert (len(kept()), CheckedFile.objects.count(), row.company.pk) == (2, 2, startup.pk)


def test_the_page_of_the_company_leads_to_the_deck(startup, ayesha, li_wei, as_user):
    def parts(user):
        page = as_user(user).get(f"/{user.role}/status/")
        return {part.url: bool(part.missing) for part in page.context["parts"]}

    assert parts(ayesha)[reverse("deck")]
    make_deck(startup, ayesha)
    assert not parts(ayesha)[reverse("deck")]
    assert reverse("deck") not in parts(li_wei)


# --- What readers leave, marks and downloads ----------------------------------------------------------------


def test_the_owner_sees_who_read_which_page_for_how_long(startup, ayesha, li_wei, investor, as_user):
    deck = make_deck(startup, ayesha, pages=3)
    show_to(startup, "matched")
    partner = as_user(li_wei)
    begin(partner, startup)
    partner.get(page_of(startup, 2))
    now = timezone.now()
    DeckOpening.objects.filter(number=0).update(at=now - timedelta(seconds=60))
    DeckOpening.objects.filter(number=1).update(at=now - timedelta(seconds=40), seconds=None)
    DeckOpening.objects.filter(number=2).delete()
    partner.get(page_of(startup, 2))
    DeckOpening.objects.filter(number__lt=2).update(at=now - timedelta(hours=3))
    DeckOpening.objects.filter(number=2).update(at=now - timedelta(hours=2))
    partner.get(cover(startup))  # finished
    seconds = dict(DeckOpening.objects.exclude(number=0).values_list("number", "seconds"))
    assert 39 <= seconds[1] <= 60
    assert seconds[2] == reading.LONGEST_LOOK
    page = text_of(as_user(ayesha), reverse("deck_version", args=[1]))
    assert investor.name in page
    assert "<svg" in page
    assert str(seconds[1]) in page
    assert image_of(startup, 3) in page
    assert "Smart irrigation, page 3" in page
    reading.forget_openings(at=now + timedelta(days=4000))
    assert not DeckOpening.objects.exists()
    assert deck.versions.count() == 1


def test_the_newest_version_comes_first(as_user, ayesha, startup):
    make_deck(startup, ayesha)
    make_deck(startup, ayesha)
    page = text_of(as_user(ayesha), reverse("deck"))
    assert page.index('id="version-2"') < page.index('id="version-1"')


def test_each_picture_names_its_reader_in_any_script(startup, ayesha, li_wei, as_user):
    make_deck(startup, ayesha)
    show_to(startup, "matched")
    seen = []
    for number, name in enumerate(("Ravi Capital", "سبز سرمایہ", "绿洲资本")):
        partner = as_user(make_partner(f"reader{number}@example.com", make_investor(name)))
        begin(partner, startup)
        seen.append(Image.open(io.BytesIO(partner.get(image_of(startup)).content)).convert("L"))
    assert all(picture.getextrema()[0] < 240 for picture in seen)  # drawn on a white page
    assert ImageChops.difference(seen[0], seen[1]).getbbox()
    assert ImageChops.difference(seen[1], seen[2]).getbbox()


def test_a_download_is_pictures_alone_and_only_where_the_owner_allows_it(startup, ayesha, li_wei, as_user):
    make_deck(startup, ayesha)
    show_to(startup, "matched")
    founder, partner = as_user(ayesha), as_user(li_wei)
    begin(partner, startup)
    save = reverse("deck_save", args=[startup.public_id])
    assert partner.post(save).status_code == partner.get(save).status_code == 404
    founder.post(reverse("deck_download_allowed"), {"wanted": "1"})
    assert partner.post(save).url == save
    DeckCopy.objects.update(pages_done=1)
    assert "1 of 2 pages are ready." in text_of(partner, save)
    assert copies.make_next(at=timezone.now())
    assert not copies.make_next(at=timezone.now())
    assert "The file is ready." in text_of(partner, save)
    assert not AuditRecord.objects.filter(action="deck", details__done="saved").exists()
    content = b"".join(partner.post(save))
    with pikepdf.open(io.BytesIO(content)) as saved:
        assert len(saved.pages) == 2
        assert b"Smart" not in content
        assert [set(page.obj.Resources.keys()) for page in saved.pages] == [{"/XObject"}] * 2
    assert AuditRecord.objects.filter(action="deck", details__done="saved").count() == 1


# --- Curators -----------------------------------------------------------------------------------------------


def test_a_curator_opens_pages_with_a_reason_that_the_owner_reads(startup, ayesha, sana, as_user):
    make_deck(startup, ayesha)
    curator, desk = as_user(sana), reverse("desk_deck", args=[startup.public_id])
    assert startup.name in text_of(curator, reverse("desk_decks"))
    assert "Smart irrigation" not in text_of(curator, desk)
    assert curator.get(image_of(startup)).status_code == 404
    assert curator.post(desk, {"reason": " "}).status_code == 422
    curator.post(desk, {"reason": "A reader reported page 2"})
    assert "Smart irrigation" in text_of(curator, desk)
    assert curator.get(image_of(startup)).status_code == 200
    assert "A reader reported page 2" in text_of(as_user(ayesha), reverse("deck"))
    assert Notice.objects.filter(user=ayesha, kind="deck_inspected").exists()
    other = as_user(make_user("second@example.com", "curator"))
    assert other.get(image_of(startup)).status_code == 404


# --- Deleted ------------------------------------------------------------------------------------------------


def test_nothing_of_a_deck_is_left_of_a_deleted_company(startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    let_in(startup, investor, until=timezone.now() + DAY)
    begin(as_user(li_wei), startup)
    assert kept()
    erase_company(startup, by=ayesha, at=timezone.now())
    models = (Deck, DeckVersion, DeckPage, DeckAccess, DeckOpening, CheckedFile)
    assert [model.objects.count() for model in models] == [0] * 6
    assert not Startup.objects.filter(pk=startup.pk).exists()


def test_marks_of_many_readers_do_not_fill_the_memory():
    for number in range(5):
        marks.stamp(f"Reader {number}", "4 December 2026")
    assert marks.stamp.cache_info().currsize == 1
