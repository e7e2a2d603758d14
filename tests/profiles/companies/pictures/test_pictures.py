"""Pictures: sent, checked, approved, seen by whom they are for, and taken back."""

import io
import re
import zipfile

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.desk.duplicates.services.merge import merge
from matchmaker.desk.today import services as desk
from matchmaker.portal.own_data.services import erase_account, erase_company
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import FileFault, PictureKind, PictureState, Purpose, Status
from profiles.companies.pictures import services
from profiles.companies.pictures.selectors import LARGE, SMALL, initials_of, tint_of
from profiles.curation.reviews import services as curation
from profiles.integrations.file_checking import check_file
from profiles.models import CheckedFile, Consent, Membership, Notice, Picture, Startup, User
from profiles.people.accounts.services import teams
from profiles.refusals import RefusedError
from tests import factories, sent_files
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.introduced import make_introduction
from tests.profiles.companies.pictures.pictured import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
PERSON, PRODUCT = PictureKind.PERSON, PictureKind.PRODUCT


def send(client, content, kind="logo", name="logo.png", **typed):
    file = {f"{kind}-file": SimpleUploadedFile(name, content)} if content else {}
    words = {f"{kind}-{field}": value for field, value in typed.items()}
    return client.post(reverse("pictures"), {"kind": kind, **words, **file})


def address(picture, size="small"):
    return reverse("picture", args=[picture.key, size])


def status(client, picture, size="small"):
    return client.get(address(picture, size)).status_code


def kept():
    """Names of all files on the disk."""
    return set(default_storage.listdir("files")[1]) if default_storage.exists("files") else set()


def test_a_logo_is_seen_when_a_curator_has_approved_it(ayesha, li_wei, sana, startup, as_user):
    founder, partner, curator = as_user(ayesha), as_user(li_wei), as_user(sana)
    assert send(founder, sent_files.photograph(sent_files.EVIL), name="logo.jpg").status_code == 302
    check_all()
    (picture,) = startup.pictures.all()
    assert (status(founder, picture), status(partner, picture), status(curator, picture)) == (200, 404, 200)
    card = reverse("directory")
    assert picture.key not in partner.get(card).text
    assert picture.key in curator.get(reverse("desk_pictures")).text
    answered = curator.post(reverse("desk_picture", args=[picture.pk]), {"answer": "approve"}, follow=True)
    assert "Approved. The picture is now visible." in answered.text
    for path in (card, reverse("match", args=[startup.public_id])):
        assert picture.key in partner.get(path).text
    answer = partner.get(address(picture, "large"))
    drawn = Image.open(io.BytesIO(answer.content))
    assert (drawn.format, answer.headers["Content-Type"]) == ("WEBP", "image/webp")
    assert not drawn.getexif()
    assert sent_files.EVIL.encode() not in answer.content
    assert Notice.objects.filter(user=ayesha, kind="picture_approved").exists()


def test_every_form_of_a_picture_is_small(ayesha, startup, as_user):
    send(as_user(ayesha), sent_files.picture("PNG", "RGBA", size=(800, 600)))
    check_all()
    picture = startup.pictures.get()
    drawn = {size: io.BytesIO(as_user(ayesha).get(address(picture, size)).content) for size in (LARGE, SMALL)}
    sizes = {size: Image.open(content).size for size, content in drawn.items()}
    assert sizes == {LARGE: (384, 288), SMALL: (160, 160)}
    assert (picture.width, picture.height) == (384, 288)


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("png", sent_files.huge_png(), FileFault.LARGE),
        ("jpeg", sent_files.picture("WEBP"), FileFault.DAMAGED),
        ("png", sent_files.picture("PNG") + f"<script>{sent_files.EVIL}</script>".encode(), ""),
    ],
    ids=["bomb", "another kind", "page and picture"],
)
def test_hostile_pictures_are_refused_or_lose_what_is_hostile(kind, content, fault):
    verdict = check_file(kind, content, 384)
    assert verdict.fault == fault
    assert sent_files.EVIL.encode() not in verdict.content


def test_who_sent_a_picture_that_cannot_be_used_reads_why(ayesha, founder, startup):
    assert "We cannot accept this type of file" in send(founder, b"<svg/>").text
    send(founder, sent_files.huge_png())
    check_all()
    assert startup.pictures.get().state == PictureState.DECLINED
    assert str(FileFault.LARGE.label) in founder.get(reverse("pictures")).text
    assert Notice.objects.filter(user=ayesha, kind="picture_unreadable").exists()


def test_the_approved_logo_stays_until_the_next_one_is_approved(ayesha, partner, sana, startup, as_user):
    old, now = make_picture(startup, ayesha), timezone.now()
    new = make_picture(startup, ayesha, state=PictureState.WAITING)
    assert (status(partner, old), status(partner, new)) == (200, 404)
    services.approve(new, by=sana, at=now)
    assert (status(partner, old), status(partner, new)) == (404, 200)
    startup.refresh_from_db()
    assert startup.logo == new.key
    with pytest.raises(RefusedError, match="Someone has already decided about this picture or removed it"):
        services.approve(new, by=sana, at=now)
    services.decline(new, reason="It is another company's.", by=sana, at=now)
    startup.refresh_from_db()
    assert (startup.logo, status(partner, new)) == ("", 404)
    assert "It is another company&#x27;s." in as_user(ayesha).get(reverse("pictures")).text


def blind(startup, li_wei, sana):
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)


def name_hidden(startup, li_wei, sana):
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": "mutual"})


def suspended(startup, li_wei, sana):
    curation.suspend(startup, message="Why", by=sana, at=timezone.now())


def kept_apart(startup, li_wei, sana):
    said = {"note": "Why", "expires_on": None, "by": sana, "at": timezone.now()}
    desk.curator_override(startup, li_wei.membership.investor, kind=OverrideKind.HIDE, **said)


def not_approved_reader(startup, li_wei, sana):
    investor = li_wei.membership.investor
    type(investor).objects.filter(pk=investor.pk).update(status=Status.SUBMITTED)


@pytest.mark.parametrize("hide", [blind, name_hidden, suspended, kept_apart, not_approved_reader])
def test_pictures_that_tell_the_name_are_hidden_with_it(hide, ayesha, li_wei, sana, startup, as_user):
    logo = make_picture(startup, ayesha)
    product = make_picture(startup, ayesha, kind=PRODUCT, text="A pump with our name")
    partner, page = as_user(li_wei), reverse("match", args=[startup.public_id])
    assert (status(partner, logo), status(partner, product)) == (200, 200)
    assert "A pump with our name" in partner.get(page).text
    hide(startup, li_wei, sana)
    assert (status(partner, logo), status(partner, product, "large")) == (404, 404)
    for path in (page, reverse("directory"), reverse("search") + "?q=pumps"):
        text = partner.get(path).text
        assert logo.key not in text
        assert "A pump with our name" not in text


def test_a_tile_tells_no_hidden_name(ayesha, li_wei, startup, as_user):
    blind(startup, li_wei, None)
    text = as_user(li_wei).get(reverse("directory")).text
    assert "#eye-slash" in text
    assert f'<span aria-hidden="true">{initials_of(startup.name)}</span>' not in text


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Indus Grow", "IG"), ("Paani (Pvt) Ltd", "P"), ("珠江资本", "珠江"), ("آب رساں", "آ"),
        ("7Seas", "7"),
        ("Élan vital", "ÉV"), ("—", ""), ("Limited", "L"),
    ],
)  # fmt: skip
def test_initials_stand_for_a_name_in_any_script(name, initials):
    assert initials_of(name) == initials


def test_the_colour_of_a_tile_stays():
    assert tint_of("0123456789ab") == tint_of("0123456789ab")
    assert {tint_of(f"{at:012}") for at in range(200)} == set(range(8))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_white_letters_can_be_read_on_every_tile(settings):
    sheet = (settings.BASE_DIR / "static" / "corridor" / "match.css").read_text()
    tints = [part[:7] for part in sheet.split("--tint: ")[1:]]
    assert len(tints) == 8
    assert all(1.05 / (luminance(tint) + 0.05) >= 4.5 for tint in tints)


def test_a_browser_asks_again_and_another_session_starts_anew(ayesha, li_wei, startup, as_user):
    picture, partner = make_picture(startup, ayesha), as_user(li_wei)
    answer = partner.get(address(picture))
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert "Cookie" in answer.headers["Vary"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert partner.get(address(picture), headers=known).status_code == 304
    blind(startup, li_wei, None)
    assert partner.get(address(picture), headers=known).status_code == 404
    assert as_user(None).get(address(picture), headers=known).status_code == 302


def agree_to_contacts(company, by):
    Consent.objects.create(
        **{str(company.side): company}, purpose=Purpose.CROSS_BORDER, text_version=TEXT_VERSION, given_by=by
    )


def test_a_person_is_shown_who_agreed_and_to_whom_both_sides_said_yes(
    ayesha, li_wei, sana, startup, as_user, django_capture_on_commit_callbacks
):
    founder, partner = as_user(ayesha), as_user(li_wei)
    photo = sent_files.picture("JPEG")
    refused = send(founder, photo, "person", "me.jpg", text="Ayesha Khan, founder")
    assert (refused.status_code, Picture.objects.count()) == (422, 0)
    (tick,) = re.findall(r"<input[^>]*person-agrees[^>]*>", refused.text)
    assert "checked" not in tick
    send(founder, photo, "person", "me.jpg", text="Ayesha Khan, founder", agrees="on")
    check_all()
    picture = startup.pictures.get()
    assert (picture.person, picture.text_version) == (ayesha, "2026-11")
    services.approve(picture, by=sana, at=timezone.now())
    page = reverse("match", args=[startup.public_id])
    agree_to_contacts(startup, ayesha)
    assert (status(partner, picture), "Ayesha Khan" in partner.get(page).text) == (404, False)
    now = timezone.now()
    for side, by in ((Side.STARTUP, ayesha), (Side.INVESTOR, li_wei)):
        decisions.express_interest(startup, li_wei.membership.investor, side=side, by=by, at=now)
    assert (status(partner, picture), "Ayesha Khan" in partner.get(page).text) == (200, True)
    Consent.objects.filter(startup=startup).update(withdrawn_at=now)
    assert status(partner, picture) == 404
    with django_capture_on_commit_callbacks(execute=True):
        founder.post(reverse("picture_remove", args=[picture.key]))
    assert (status(founder, picture), kept()) == (404, set())


def test_a_colleague_is_not_shown_by_others(ayesha, startup, as_user, django_capture_on_commit_callbacks):
    colleague = factories.make_user("colleague@example.com", ayesha.role)
    Membership.objects.create(user=colleague, startup=startup)
    theirs = make_picture(startup, colleague, kind=PERSON, text="Bilal")
    send(as_user(ayesha), sent_files.picture("JPEG"), "person", "me.jpg", text="Me", agrees="on")
    assert {each.person for each in startup.pictures.all()} == {ayesha, colleague}
    with django_capture_on_commit_callbacks(execute=True):
        teams.remove(colleague.membership, by=ayesha, at=timezone.now())
    assert not Picture.objects.filter(pk=theirs.pk).exists()
    assert kept() == set()


def test_a_picture_of_a_product_says_what_it_shows_and_there_are_four(ayesha, startup, as_user):
    founder, content = as_user(ayesha), sent_files.picture("PNG")
    assert send(founder, content, "product").status_code == 422
    for at in range(4):
        make_picture(startup, ayesha, kind=PRODUCT, text=f"Pump {at}", state=PictureState.WAITING)
    answer = send(founder, content, "product", text="Another pump")
    assert "You can show four pictures of products." in answer.text
    assert startup.pictures.count() == 4


def test_what_goes_takes_its_pictures_along(ayesha, startup, as_user, django_capture_on_commit_callbacks):
    colleague = factories.make_user("colleague@example.com", ayesha.role)
    Membership.objects.create(user=colleague, startup=startup)
    logo = make_picture(startup, ayesha)
    make_picture(startup, colleague, kind=PERSON, text="Bilal")
    copied = b"".join(as_user(ayesha).post(reverse("own_data_copy")).streaming_content)
    with zipfile.ZipFile(io.BytesIO(copied)) as archive:
        names = archive.namelist()
        assert logo.key in archive.read("corridor-data.json").decode()
    assert f"files/{logo.file.pk}-logo.webp" in names
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(colleague, at=timezone.now())
    assert list(Picture.objects.all()) == [logo]
    with django_capture_on_commit_callbacks(execute=True):
        erase_company(startup, by=ayesha, at=timezone.now())
    assert (Picture.objects.count(), CheckedFile.objects.count(), kept()) == (0, 0, set())


@pytest.mark.parametrize("has_logo", [True, False])
def test_one_record_of_two_keeps_one_logo(ayesha, sana, startup, has_logo):
    twin = factories.make_startup("Indus Grow Pvt")
    theirs = make_picture(twin, ayesha)
    ours = make_picture(startup, ayesha) if has_logo else None
    merge(startup, twin, take=(), reason="The same", by=sana, at=timezone.now())
    startup.refresh_from_db()
    assert startup.logo == (ours or theirs).key
    assert [each.key for each in startup.pictures.all()] == [startup.logo]


def test_lists_ask_no_more_for_pictures(ayesha, li_wei, startup, as_user, django_assert_max_num_queries):
    partner, path = as_user(li_wei), reverse("directory")
    others = [factories.make_startup(f"Ravi {number}") for number in range(3)]
    partner.get(path)
    with django_assert_max_num_queries(100) as without:
        partner.get(path)
    for other in others:
        make_picture(other, ayesha)
    with django_assert_max_num_queries(len(without)):
        assert partner.get(path).text.count('class="face') == 4


def test_the_brief_carries_the_logo(ayesha, li_wei, startup, as_user):
    partner, path = as_user(li_wei), reverse("match_brief", args=[startup.public_id])

    def pictures_in(answer):
        with pikepdf.open(io.BytesIO(answer.content)) as sheet:
            return len(sheet.pages[0].get_images())

    assert pictures_in(partner.get(path)) == 0
    make_picture(startup, ayesha)
    assert pictures_in(partner.get(path)) == 1


def test_a_conversation_shows_the_logo(ayesha, li_wei, startup, as_user):
    make_introduction(startup, li_wei.membership.investor, by=ayesha, state="mutual")
    picture = make_picture(startup, ayesha)
    for name in ("conversation", "introduction"):
        assert picture.key in as_user(li_wei).get(reverse(name, args=[startup.public_id])).text


def test_a_curator_says_why(ayesha, sana, startup, as_user):
    picture, curator = make_picture(startup, ayesha, state=PictureState.WAITING), as_user(sana)
    path = reverse("desk_picture", args=[picture.pk])
    answer = curator.post(path, {"answer": "decline", "reason": " "}, follow=True)
    assert "Give a reason" in answer.text
    assert startup.pictures.get().state == PictureState.WAITING
    curator.post(path, {"answer": "decline", "reason": "Too dark to see"})
    assert startup.pictures.get().reason == "Too dark to see"
    assert Notice.objects.filter(user=ayesha, kind="picture_declined").exists()


def test_reviews_and_the_desk_tell_of_pictures_that_wait(ayesha, sana, startup, as_user):
    curator = as_user(sana)
    make_picture(startup, ayesha, state=PictureState.WAITING)
    review = curator.get(reverse("review", args=["startup", startup.public_id])).text
    assert "1 of its pictures is waiting for a decision." in review
    assert reverse("desk_pictures") in curator.get(reverse("desk")).text
    found = curator.get(reverse("desk_pictures"), {"side": "startup", "id": startup.public_id})
    assert "Pictures of Indus Grow" in found.text or startup.name in found.text
    assert curator.get(reverse("desk_pictures"), {"side": "nothing"}).status_code == 404


def test_a_picture_taken_back_during_its_check_is_not_kept(
    ayesha, startup, as_user, django_capture_on_commit_callbacks
):
    send(as_user(ayesha), sent_files.picture("PNG"))
    picture = startup.pictures.get()
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(picture, by=ayesha, at=timezone.now())
    check_all()
    assert (CheckedFile.objects.count(), kept()) == (0, set())
    send(as_user(ayesha), sent_files.picture("PNG"))
    send(as_user(ayesha), sent_files.picture("PNG"))  # the second takes the place of the first
    assert startup.pictures.count() == 1


def test_who_declines_without_a_reason_reads_it_beside_the_field_and_enter_approves_nothing(
    ayesha, sana, startup, as_user
):
    picture = make_picture(startup, ayesha, state=PictureState.WAITING)
    desk, where = as_user(sana), f"?side=startup&id={startup.public_id}"
    page = desk.get(reverse("desk_pictures") + where).text
    fold = page[page.index('<details class="fold"') : page.index("</details>", page.index('class="fold"'))]
    assert 'value="approve"' not in fold
    assert 'name="answer" value="decline"' in fold
    act = reverse("desk_picture", args=[picture.pk]) + where
    answer = desk.post(act, {"answer": "decline", "reason": " "})
    assert answer.status_code == 422
    assert '<details class="fold" open>' in answer.text
    assert f'aria-describedby="reason-{picture.pk}-error" autofocus' in " ".join(answer.text.split())
    assert "Give a reason that the owner can understand." in answer.text
    picture.refresh_from_db()
    assert picture.state == PictureState.WAITING
    done = desk.post(act, {"answer": "decline", "reason": "A face of somebody else"})
    assert done.headers["Location"] == reverse("desk_pictures") + where
