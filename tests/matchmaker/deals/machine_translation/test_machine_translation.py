"""Machine translations: off by default, asked for by a reader, and never the owner's words."""

import gc
import time

import pytest
from django.conf import settings as stored_settings
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.machine_translation import services
from matchmaker.integrations import translator
from matchmaker.integrations.translator import NotTranslatedError
from matchmaker.models.machine_translation import MachineTranslation
from matchmaker.operations.checks import check_services
from profiles.models import Startup
from tests import factories

pytestmark = pytest.mark.django_db
PITCH, SUMMARY = "智能灌溉让小农户省水一半。", "我们在旁遮普省为小农户安装滴灌设备和土壤传感器。"


@pytest.fixture
def chinese(startup):
    """A startup that writes in Chinese only."""
    Startup.objects.update(
        pitch=PITCH, pitch_en="", pitch_ur="", pitch_zh="", summary_en="", summary_ur="", summary_zh=SUMMARY
    )
    startup.refresh_from_db()
    return startup


def page_of(company):
    return reverse("match", args=[company.public_id])


def ask(client, company, field="summary", **sent):
    return client.post(reverse("match_translation", args=[company.public_id]), {"field": field, **sent})


def test_it_is_off_unless_an_operator_names_a_service(chinese, li_wei, as_user, settings):
    assert settings.TRANSLATION_URL == ""
    partner = as_user(li_wei)
    assert "a machine translation of" not in partner.get(page_of(chinese)).content.decode()
    assert ask(partner, chinese).status_code == 302
    assert not MachineTranslation.objects.exists()
    assert "translation service" not in partner.get(reverse("privacy")).content.decode()


@pytest.mark.attack
def test_a_reader_has_one_text_translated_once_and_it_is_marked_as_a_machines(
    chinese, partner, as_user, service
):
    before = partner.get(page_of(chinese)).content.decode()
    assert "Show a machine translation of the summary" in before
    assert "This text is sent to 127.0.0.1." in before
    # What is sent is the text of the page, whatever the request says.
    answer = ask(partner, chinese, q="secret", text="secret", target="ur")
    assert answer.headers["Location"] == f"{page_of(chinese)}#translation-summary"
    ask(as_user(factories.make_partner("second@example.com", factories.make_investor("Second"))), chinese)
    sent = {"q": SUMMARY, "source": "zh", "target": "en", "format": "text", "api_key": "key"}
    assert service.asked == [("/translate", sent)]
    page = partner.get(page_of(chinese)).content.decode()
    assert "machine translation" in page
    assert "&lt;b&gt;Half&lt;/b&gt; the water" in page
    assert SUMMARY in page  # the original stays
    assert "Translated by 127.0.0.1, not by the company." in page
    assert "127.0.0.1" in partner.get(reverse("privacy")).content.decode()

    # It is no one's own words: not in the profile, and gone with another text.
    chinese.refresh_from_db()
    assert (chinese.summary_en, chinese.pitch_en) == ("", "")
    Startup.objects.update(summary_zh=SUMMARY + "新")
    again = partner.get(page_of(chinese)).content.decode()
    assert "the water" not in again
    assert "Show a machine translation of the summary" in again
    Startup.objects.update(summary_en="Our own words in English.")
    own = partner.get(page_of(chinese)).content.decode()
    assert "Show a machine translation of the summary" not in own


@pytest.mark.attack
def test_only_who_reads_a_text_has_it_translated_and_no_other_text(chinese, li_wei, ayesha, as_user, service):
    rival = as_user(factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields")))
    for client in (as_user(None), as_user(ayesha), rival):
        assert ask(client, chinese).status_code in (302, 404)
    for field in ("contact_email", "founders", "pk", "", "__class__"):
        ask(as_user(li_wei), chinese, field=field)
    assert service.asked == []


def slowly(handler):
    """Drip an answer for longer than anyone waits."""
    handler.send_response(200)
    handler.end_headers()
    for _piece in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


HOSTILE = {
    "leads elsewhere": lambda handler: handler.answer(302, b"", Location="http://169.254.169.254/latest/"),
    "is an error": lambda handler: handler.answer(500, b"{}"),
    "is no JSON": lambda handler: handler.answer(200, b"<html>"),
    "is a list": lambda handler: handler.answer(200, b"[1]"),
    "is empty": lambda handler: handler.answer(200, b'{"translatedText": " "}'),
    "is no text": lambda handler: handler.answer(200, b'{"translatedText": {"a": 1}}'),
    "is endless": lambda handler: handler.answer(200, b'{"translatedText": "' + b"a" * 100_000 + b'"}'),
    "drips": slowly,
    "hangs up": lambda handler: handler.connection.close(),
}


@pytest.mark.attack
def test_no_answer_is_taken_that_is_no_translation(service, monkeypatch, tally):
    monkeypatch.setattr(translator, "SECONDS", 0.2)
    for how, answer in HOSTILE.items():
        service.answers, begun = answer, time.monotonic()
        try:
            tally.check(False, f"{how}: {translator.translate('水', source='zh', target='en')}")
        except NotTranslatedError:
            tally.check(time.monotonic() - begun < 4, f"{how}: too slow")
    tally.settle()
    assert len(service.asked) == len(HOSTILE)


def test_a_service_that_is_down_is_told_and_left_alone_for_a_while(chinese, partner, service):
    service.answers = HOSTILE["is an error"]
    for _time in range(2):
        ask(partner, chinese)
        assert (
            "The translation service is not available at the moment."
            in partner.get(page_of(chinese)).content.decode()
        )
    assert len(service.asked) == 1
    service.answers = None
    caches["memory"].clear()
    ask(partner, chinese)
    assert MachineTranslation.objects.get().target == "en"
    assert services.forget_old(at=timezone.now()) == 0
    assert services.forget_old(at=timezone.now() + 2 * services.KEPT) == 1


@pytest.mark.parametrize("how", ["is an error", "is endless"])
def test_a_refused_answer_leaves_no_connection_open(service, how):
    def refused():
        try:
            translator.translate("水", source="zh", target="en")
        except NotTranslatedError as error:
            return [error]
        return None

    service.answers = HOSTILE[how]
    held = refused()
    held.append(held)  # only the garbage collector frees it, with the frames that the error came through
    del held
    gc.collect()  # an open connection would warn here


def test_texts_go_nowhere_in_the_clear(settings):
    wrong = ["http://translate.example/translate", "ftp://translate.example", "translate.example"]
    wrong += ["http://2130706433:5000/translate", "http://[2001:db8::1]/translate"]
    right = ["", "https://translate.example/translate", "http://127.0.0.1:5000/translate"]
    right += ["http://localhost:5000/translate", "http://translator:5000/translate"]
    for address in (*wrong, *right):
        settings.TRANSLATION_URL = address
        assert bool(check_services(None)) == (address in wrong), address
    assert stored_settings.TRANSLATION_KEY == ""


def test_owners_are_asked_for_a_translation_of_their_own(chinese, ayesha, as_user):
    founder, status = as_user(ayesha), reverse("startup_status")
    page = founder.get(status)
    assert [each["code"] for each in page.context["untranslated"]] == ["en", "ur"]
    assert "/startup/basics/#div_id_summary_en" in page.content.decode()
    Startup.objects.update(summary_en="Half the water.", pitch_ur="آدھا پانی")
    assert "Add texts in the languages of the other side" not in founder.get(status).content.decode()
