"""Files that people send: every genuine one is taken, no hostile one is, and pictures tell nothing else."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from matchmaker.conversations.forms import MOST_BYTES, MessageForm
from matchmaker.conversations.sent_file import SentFile
from matchmaker.integrations.file_parsing import FileFault, RefusedFileError, parse_file
from tests.matchmaker.conversations import sent_files
from tests.tally import Tally


def taken(item: tuple[str, bytes]) -> bool:
    """Send a file through the form."""
    name, content = item
    return MessageForm({"text": ""}, {"file": SimpleUploadedFile(name, content)}).is_valid()


@pytest.mark.attack
def test_every_genuine_file_is_taken_and_no_hostile_one(tally: Tally, share: Callable[..., int]) -> None:
    """Each file is read by a process of its own; a small share takes every third."""
    good, bad = sent_files.genuine(), sent_files.hostile()
    assert (len(good), len(bad)) == (18, 86)
    sent = [*good.items(), *bad.items()][:: share(small=3, full=1)]
    with ThreadPoolExecutor(2) as pool:
        for (name, _content), is_taken in zip(sent, pool.map(taken, sent), strict=True):
            tally.check(is_taken == (name in good), name)
    tally.settle()


def test_a_picture_is_drawn_anew_and_nothing_else_of_it_stays() -> None:
    word = "qanat-of-lahore"
    archive = sent_files.slides()
    for content in (sent_files.photograph(word) + archive, sent_files.png_with_text(word) + archive):
        assert word.encode() in content
        drawn = parse_file(content).content
        assert (word.encode() in drawn, b"PK\x03\x04" in drawn, b"Exif" in drawn) == (False, False, False)
        image = Image.open(io.BytesIO(drawn))
        assert not image.getexif()
    # The camera lay on its side: the picture stands upright without being told so.
    assert Image.open(io.BytesIO(parse_file(sent_files.photograph(word)).content)).size == (32, 48)
    wide = parse_file(sent_files.picture("JPEG", size=(5000, 400))).content
    assert max(Image.open(io.BytesIO(wide)).size) <= 4096


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"hello", FileFault.UNKNOWN),
        (sent_files.pdf()[:-30], FileFault.DAMAGED),
        (sent_files.slides(lambda parts: parts.update({"ppt/vbaProject.bin": b"x"})), FileFault.ACTIVE),
    ],
)
def test_what_is_wrong_is_told(content: bytes, fault: FileFault) -> None:
    with pytest.raises(RefusedFileError) as refused:
        parse_file(content)
    assert refused.value.fault == fault


def test_a_large_file_and_a_misleading_name_are_refused_and_the_text_stays() -> None:
    large = SimpleUploadedFile("a.pdf", b"%PDF-" + b"\0" * MOST_BYTES)
    form = MessageForm({"text": "Our deck"}, {"file": large})
    assert form.errors == {"file": ["This file is larger than 8 MB."]}
    assert form["text"].value() == "Our deck"
    named = SimpleUploadedFile("../Indus‮gpj./ دستاویز<b>.PNG", sent_files.picture("PNG"))
    form = MessageForm({"text": ""}, {"file": named})
    assert form.is_valid()
    sent: SentFile = form.cleaned_data["file"]
    assert sent.name == "دستاویز_b_.png".replace("_b_", "_b_")
