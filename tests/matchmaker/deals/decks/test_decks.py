"""A deck: sent, drawn by the worker, read by the companies that its owner allows, refused after that."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks.services import copies, drawing, reading, sharing
from matchmaker.desk.duplicates.services.merge import forget_records, merge
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy, DeckOpening, DeckPage, DeckVersion
from matchmaker.models.introduction import IntroductionState
from matchmaker.portal.own_data.services import erase_company
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Status
from profiles.models import AuditRecord, CheckedFile, Membership, Notice, OutboxMail, Startup, User
from profiles.platform.files import services as files
from tests.factories import make_investor, make_partner, make_startup
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.decks.decked import draw_all, let_in, make_deck, pdf
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def send(client, content, name="deck.pdf"):
    return client.post(reverse("deck"), {"file": SimpleUploadedFile(name, content)})


def text_of(client, path):
    answer = client.get(path)
    return " ".join(answer.content.decode().split()) if answer.status_code == 200 else answer.status_code


def cover(startup):
    return reverse("deck_read", args=[startup.public_id])


def page_of(startup, page=1, number=1):
    return reverse("deck_page", args=[startup.public_id, number, page])


def image_of(startup, page=1, number=1):
    return reverse("deck_image", args=[startup.public_id, number, page])


def show_to(startup, audience):
    startup.visibility = {**startup.visibility, "deck": audience}
    startup.save(update_fields=["visibility"])


def begin(client, startup):
    """Read the first page, as someone who is allowed to."""
    assert client.post(cover(startup)).status_code == 302
    assert client.get(page_of(startup)).status_code == 200


def kept():
    """Names of all files on the disk."""
    return set(default_storage.listdir("files")[1]) if default_storage.exists("files") else set()


# --- Sent and drawn -----------------------------------------------------------------------------------------


def test_a_deck_is_drawn_page_by_page_and_its_file_goes(startup, ayesha, as_user):
    founder = as_user(ayesha)
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
    draw_all()
    deck.refresh_from_db()
    assert deck.current.number == 2
    sharing.remove(deck.current, by=ayesha, at=timezone.now())
    deck.refresh_from_db()
    assert deck.current.number == 1


def test_a_deck_of_more_than_sixty_pages_is_refused_in_words(startup, ayesha, as_user):
    founder = as_user(ayesha)
    send(founder, pdf(61))
    check_all()
    draw_all()
    assert "more than 60 pages" in text_of(founder, reverse("deck"))
    assert not DeckPage.objects.exists()
    assert kept() == set()
    assert Notice.objects.filter(user=ayesha, kind="deck_refused").exists()


def test_a_file_of_another_type_is_refused_at_once(startup, ayesha, as_user):
    answer = send(as_user(ayesha), b"GIF89a", "deck.gif")
    assert answer.status_code == 422
    assert "PDF, PPTX" in answer.content.decode()
    assert not DeckVersion.objects.exists()


def test_the_work_of_a_worker_that_stopped_is_done_by_another_once(startup, ayesha, as_user):
    send(as_user(ayesha), pdf(2))
    check_all()
    version = DeckVersion.objects.get()
    now = timezone.now()
    DeckVersion.objects.update(leased_until=now + timedelta(minutes=3), attempts=1)
    assert not drawing.draw_next(at=now)
    assert drawing.draw_next(at=now + timedelta(minutes=4))
    draw_all()
    version.refresh_from_db()
    assert version.state == "ready"
    assert version.pages.count() == 2


def test_what_cannot_be_drawn_after_three_attempts_is_refused(startup, ayesha, as_user):
    send(as_user(ayesha), pdf(1))
    check_all()
    DeckVersion.objects.update(attempts=drawing.MOST_ATTEMPTS)
    draw_all()
    assert DeckVersion.objects.get().fault == "failed"


def test_pages_that_find_no_room_are_refused_and_leave_nothing(startup, ayesha, as_user, monkeypatch):
    founder = as_user(ayesha)
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

    founder.post(answer, {"answer": "close"})
    paths = [page_of(startup, 2), page_of(startup), image_of(startup), cover(startup)]
    assert [partner.get(path).status_code for path in paths] == [404] * 4
    assert "deck" not in text_of(partner, reverse("match", args=[startup.public_id])).lower()


def test_a_picture_is_handed_out_only_for_a_page_that_was_opened(startup, ayesha, li_wei, as_user):
    make_deck(startup, ayesha)
    show_to(startup, "matched")
    partner = as_user(li_wei)
    begin(partner, startup)
    assert partner.get(image_of(startup, 1)).status_code == 200
    assert partner.get(image_of(startup, 2)).status_code == 404
    partner.get(page_of(startup, 2))
    assert partner.get(image_of(startup, 2)).status_code == 200


@pytest.mark.parametrize(
    ("audience", "is_mutual", "status"),
    [
        ("matched", False, 200),
        ("mutual", False, 404),
        ("mutual", True, 200),
        ("request", True, 200),  # may ask
        ("nobody", True, 404),
        ("public", True, 200),  # is no choice of the deck: as on request
    ],
)
def test_the_audience_decides(audience, is_mutual, status, startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    show_to(startup, audience)
    if is_mutual:
        make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    partner = as_user(li_wei)
    assert partner.get(cover(startup)).status_code == status
    may_read = status == 200 and audience in ("matched", "mutual")
    assert (partner.get(page_of(startup)).status_code == 302) == may_read


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


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("audience", ["matched", "request"])
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


def test_another_company_gets_nothing_of_a_grant(startup, ayesha, li_wei, investor, as_user):
    make_deck(startup, ayesha)
    let_in(startup, investor, until=timezone.now() + DAY)
    rival = as_user(make_partner("rival@example.com", make_investor("Ravi Capital")))
    assert rival.get(page_of(startup)).status_code == 404
    assert rival.get(image_of(startup)).status_code == 404
    assert "Ask to read" in text_of(rival, cover(startup))


def test_who_has_no_part_in_a_startup_decides_nothing(startup, ayesha, li_wei, investor, as_user):
    deck = make_deck(startup, ayesha)
    let_in(startup, investor, until=timezone.now() + DAY)
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


@pytest.fixture
def saving(startup, ayesha, li_wei, as_user):
    """Li Wei, and the address of the file that is ready for his fund."""
    make_deck(startup, ayesha, may_download=True)
    show_to(startup, "matched")
    partner, save = as_user(li_wei), reverse("deck_save", args=[startup.public_id])
    partner.post(save)
    assert copies.make_next(at=timezone.now())
    return partner, save


@pytest.mark.parametrize("event", ["closed", "not allowed", "blocked", "shown to no one", "new version"])
def test_a_file_that_is_ready_is_refused_at_once(saving, startup, ayesha, investor, as_user, event):
    partner, save = saving
    at = timezone.now()
    if event == "closed":
        sharing.decide(startup, investor, until=None, is_closed=True, by=ayesha, at=at)
    elif event == "not allowed":
        as_user(ayesha).post(reverse("deck_download_allowed"), {"wanted": "0"})
    elif event == "blocked":
        conversations.block_company(startup, investor, side=Side.STARTUP, by=ayesha, at=at)
    elif event == "shown to no one":
        show_to(startup, "nobody")
    else:
        make_deck(startup, ayesha)
        assert "We make a PDF" in text_of(partner, save)
        assert partner.post(save).url == save
        return
    assert partner.get(save).status_code == partner.post(save).status_code == 404


def test_a_file_lasts_an_hour_and_goes_with_either_company(
    saving, startup, li_wei, django_capture_on_commit_callbacks
):
    partner, save = saving
    assert len(kept()) == 3
    old = timezone.now() - timedelta(minutes=61)
    DeckCopy.objects.update(at=old)
    assert "We make a PDF" in text_of(partner, save)
    with django_capture_on_commit_callbacks(execute=True):
        copies.forget_old_copies(at=timezone.now())
    assert (DeckCopy.objects.count(), len(kept())) == (0, 2)
    partner.post(save)
    copies.make_next(at=timezone.now())
    assert len(kept()) == 3
    with django_capture_on_commit_callbacks(execute=True):
        erase_company(li_wei.membership.investor, by=li_wei, at=timezone.now())
    assert (DeckCopy.objects.count(), len(kept())) == (0, 2)


def test_a_worker_that_stops_is_followed_by_another_until_the_third(saving):
    partner, save = saving
    DeckCopy.objects.update(content="", attempts=2, leased_until=timezone.now() + timedelta(minutes=1))
    assert not copies.make_next(at=timezone.now())
    assert copies.make_next(at=timezone.now() + timedelta(minutes=2))
    assert "The file is ready." in text_of(partner, save)
    DeckCopy.objects.update(content="", attempts=3)
    assert copies.make_next(at=timezone.now())
    assert "The file could not be made" in text_of(partner, save)
    partner.post(save)
    assert copies.make_next(at=timezone.now())
    assert "The file is ready." in text_of(partner, save)


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
    other = as_user(make_curator())
    assert other.get(image_of(startup)).status_code == 404


def make_curator():
    from tests.factories import make_user

    return make_user("second@example.com", "curator")


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


def test_an_email_tells_no_content(startup, ayesha, li_wei, as_user):
    make_deck(startup, ayesha, text="qanatsecret")
    as_user(li_wei).post(cover(startup))
    assert all("qanatsecret" not in str(vars(mail)) for mail in OutboxMail.objects.all())
