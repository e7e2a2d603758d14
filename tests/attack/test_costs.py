"""What a request may cost the web server: a second of processor time and 100 MB, whatever someone sends.

Every request that reads more than short fields is here, with the worst that is known for it. Time is that of
the processor, and memory the most that the process has had, so a busy machine changes neither.
"""

import resource
import time
from itertools import islice
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.models.conversation import LETTERS
from matchmaker.models.introduction import IntroductionState
from profiles.models import CheckedFile
from profiles.platform.files.kinds import UPLOAD_LIMIT
from profiles.platform.limits.services import LIMITS
from tests.hostile_files import costly, hostile
from tests.matchmaker.introduced import make_introduction, make_message

pytestmark = [pytest.mark.attack, pytest.mark.django_db]
SECONDS, MEGABYTES = 1.0, 100
FORM = "application/x-www-form-urlencoded"


def peak():
    """Return the most memory that the process has had since `forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def forget_peak():
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def processor_time():
    """Return what this thread, and the programs that it waited for, have had of the processor."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + children.ru_utime + children.ru_stime


@pytest.fixture
def cost(tally):
    """A function that does something, and counts it as a breach if it costs too much."""

    def measure(name, act):
        forget_peak()
        before, begun = peak(), processor_time()
        answer = act()
        seconds, megabytes = processor_time() - begun, peak() - before
        is_cheap = seconds <= SECONDS and megabytes <= MEGABYTES
        tally.check(is_cheap and answer.status_code < 500, f"{name}: {seconds:.2f} s, {megabytes:.0f} MB")
        tally.measure(f"\n{name}: {answer.status_code}, {seconds:.2f} s, {megabytes:.0f} MB")
        return answer

    yield measure
    tally.settle()


@pytest.fixture
def talk(startup, ayesha, investor):
    return make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)


@pytest.fixture
def investor(li_wei):
    return li_wei.membership.investor


def sent(**fields):
    """A form as a browser sends it."""
    return encode_multipart(BOUNDARY, fields)


def test_no_file_costs_the_web_server_more_than_its_bytes(talk, ayesha, as_user, cost, depth, monkeypatch):
    """A file is received and not read, so what it unpacks to does not count."""
    monkeypatch.setattr("profiles.platform.files.services.MOST_WAITING", 10_000)
    monkeypatch.setitem(LIMITS, UPLOAD_LIMIT, {})
    monkeypatch.setitem(LIMITS, "message", {})
    founder, path = as_user(ayesha), reverse("conversation", args=[talk.investor.public_id])
    step, most = depth(40, deep=1), depth(1, deep=99)
    every = [*islice(hostile().items(), 0, None, step), *islice(costly(), most)]
    every += [("largest.pdf", b"%PDF-" + b"\0" * (8 * 1024 * 1024 - 5))]
    founder.get(path)  # what is loaded once
    for name, content in every:
        body = sent(text="x", file=SimpleUploadedFile(name, content))
        cost(name, lambda body=body: founder.generic("POST", path, body, MULTIPART_CONTENT))
    assert CheckedFile.objects.filter(name="largest.pdf").exists()


BODIES = {
    "as many fields as there may be": ("&".join(f"f{n}=1" for n in range(2_000)), FORM),
    "more fields than there may be": ("&".join(f"f{n}=1" for n in range(150_000)), FORM),
    "one long field": ("text=" + "x" * 1_000_000, FORM),
    "one long field of signs": ("text=" + "%D8%A8" * 160_000, FORM),
    "many parts": (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(14_000)),
        "multipart/form-data; boundary=b",
    ),
    "many files": (
        "".join(
            f'--b\r\nContent-Disposition: form-data; name="f{n}"; filename="a.pdf"\r\n\r\n1\r\n'
            for n in range(11_000)
        ),
        "multipart/form-data; boundary=b",
    ),
    "many headers": (
        "--b\r\n" + "X-Y: z\r\n" * 120_000 + "\r\n1\r\n--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
    "no end of a part": ("--b\r\n" + "x" * 1_000_000, "multipart/form-data; boundary=b"),
    "almost ends": ("--b\r\n\r\n" + "\r\n--" * 240_000, "multipart/form-data; boundary=b"),
    "base64": (
        '--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + "QUJD\r\n" * 160_000,
        "multipart/form-data; boundary=b",
    ),
}


READERS = ("conversation", "startup_edit", "account_login", "introduction_ask")


@pytest.mark.parametrize("form", READERS)
def test_no_form_costs_more(form, talk, ayesha, as_user, cost):
    arguments = {"startup_edit": ["needs"], "account_login": []}.get(form, [talk.investor.public_id])
    client, path = as_user(None if form == "account_login" else ayesha), reverse(form, args=arguments)
    client.get(path)
    for name, (body, kind) in BODIES.items():
        cost(f"{form}, {name}", lambda body=body, kind=kind: client.generic("POST", path, body, kind))


TEXTS = {
    "chinese": "股权投资智能灌溉" * (LETTERS // 8),
    "joiners": "ب\u200c" * (LETTERS // 2),
    "addresses": "www.a.example/" * (LETTERS // 14),
    "an address that goes on": "http://" + "a." * (LETTERS // 2 - 4),
    "brackets": "https://a.example/" + "(" * (LETTERS - 18),
    "closing brackets": "https://a.example/" + ")" * (LETTERS - 18),
    "entities": "&lt;" * (LETTERS // 4),
    "semicolons": "www.a.example" + ";" * (LETTERS - 13),
    "at signs": "a@b." * (LETTERS // 4),
    "terms": "equity investment drip irrigation " * (LETTERS // 34),
}


def test_no_page_of_a_conversation_costs_more(talk, ayesha, li_wei, as_user, cost):
    """Thirty messages of the longest kind, read in a language that is not theirs."""
    partner, path = as_user(li_wei), reverse("conversation", args=[talk.startup.public_id])
    partner.cookies["language"] = "ur"
    partner.get(reverse("pipeline"))
    for name, text in TEXTS.items():
        talk.messages.all().delete()
        for _message in range(30):
            make_message(talk, Side.STARTUP, by=ayesha, text=text[:LETTERS])
        cost(name, lambda: partner.get(path))


def test_no_description_that_is_typed_costs_more(ayesha, as_user, cost):
    """It is read while it is typed, before any form has refused its length."""
    founder, path = as_user(ayesha), reverse("read_typed")
    founder.post(path, {"pitch": "Sensors"})
    for name, words in {"terms": "seed stage ", "negations": "no not ", "sentences": "In Lahore.\n"}.items():
        body = {"pitch": words * (400_000 // len(words)), "summary_en": words * (400_000 // len(words))}
        cost(name, lambda body=body: founder.post(path, body))


def test_no_question_costs_more(talk, founder, cost):
    """Addresses with as much behind the question mark as the server takes."""
    asked = {"letters": "q=" + "a%20" * 1_000, "names": "&".join(f"a{number}" for number in range(800))}
    for path in ("/matches/", "/deals/", "/notices/", "/pilots/"):
        founder.get(path)
        for name, query in asked.items():
            cost(f"{path}, {name}", lambda path=path, query=query: founder.get(f"{path}?{query}"))
