"""What the check of files lets through: genuine ones as they look, of hostile ones nothing that does harm."""

import csv
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pikepdf
import pypdfium2
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops

from profiles.choices import FileFault, FileKind
from profiles.integrations.file_checking import check_file
from profiles.platform.files.forms import SentFileField
from profiles.uploads import FILE, MB
from tests import sent_files
from tests.hostile_files import costly, hostile
from tests.office_files import BOARD, document, genuine_office, workbook, zipped
from tests.sent_files import EVIL

MOST_SECONDS, MOST_MEGABYTES = 11, 512  # of the worker's child process
ACTS = re.compile(
    rb"/(?:JavaScript|JS|OpenAction|AA|Launch|GoToR|GoToE|SubmitForm|ImportData|Rendition|RichMedia|EmbeddedFiles?"
    rb"|EF|AF|XFA|AcroForm|Threads?|Ref|OPI|PieceInfo|Filespec|FS|F|Next|PA|Movie|Sound|Outlines|Metadata)\b"
)
RUNS = re.compile(r"(?:^|[;\t\n])\s*(?:[=@＝＠]|[+-](?![\d.,\s%()/:-]*$))", re.MULTILINE)
PLAIN_NAME = re.compile(r"(?:[\w -]+/)*[\w -]+\.\w+")
DRAWINGS = {"gtl", "drl", "step", "csv", "txt", "pdf", "png"}
ADDRESS = re.compile(rb"/URI \(([^)]*)\)")


def field():
    return SentFileField(kinds=FileKind)


def checked(item):
    """Send a file through the field and the check; return its verdict, or None where the field refuses it."""
    name, content = item
    try:
        sent = field().clean(SimpleUploadedFile(name, content))
    except forms.ValidationError:
        return None
    return check_file(sent.kind, sent.content)


def plain(content):
    """Everything that is in a file, unpacked."""
    if content.startswith(b"%PDF"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as opened:
            plainly = {"qdf": True, "object_stream_mode": pikepdf.ObjectStreamMode.disable}
            opened.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, **plainly)
        return out.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    return content


def harm_in(name, content):
    """Return what a file does, carries or fetches."""
    if name.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return "runs" if any(RUNS.search(cell) for row in rows for cell in row) else ""
    if name.endswith(".zip"):
        return harm_in_archive(content)
    found = plain(content)
    if EVIL.encode() in found.replace(f"https://{EVIL}.example/".encode(), b"") or b"qanat\0" in found:
        return "carries"
    if content.startswith(b"PK"):
        is_fetched = re.findall(rb'Type="[^"]*/(?!hyperlink")\w+" Target="(?!/)', found)
        return "fetches" if is_fetched or b"ppaction" in found.lower() else ""
    if not content.startswith(b"%PDF"):
        return ""
    leads = [address for address in ADDRESS.findall(found) if not address.startswith(b"https://")]
    return "acts" if leads or ACTS.search(found) else ""


def harm_in_archive(content):
    """Return what an archive carries beside drawings, or where its names lead."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            ending = name.rpartition(".")[2].lower()
            if not PLAIN_NAME.fullmatch(name) or ending not in DRAWINGS:
                return "leads out"
            if harm := harm_in(name, archive.read(name)):
                return harm
    return ""


@pytest.mark.attack
def test_of_hostile_files_nothing_that_does_harm_is_left(tally, depth):
    """Each is refused, or written again without what does harm."""
    every = hostile()
    assert len(every) > 370
    step, most = depth(19, deep=1), depth(1, deep=99)
    sent = [*islice(every.items(), 0, None, step), *islice(costly(), most)]
    with ThreadPoolExecutor(2) as pool:
        for (name, _content), verdict in zip(sent, pool.map(checked, sent), strict=True):
            tally.check(verdict is None or verdict.fault or not harm_in(name, verdict.content), name)
            if verdict:
                seconds, megabytes = verdict.milliseconds / 1000, verdict.kilobytes / 1024
                tally.check(seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES, f"{name}: {seconds} s")
                said = verdict.fault or "written anew"
                tally.measure(f"\n{name}: {said}, {seconds:.2f} s, {megabytes:.0f} MB")
    tally.settle()


@pytest.mark.attack
def test_genuine_files_are_taken_and_look_the_same(tally):
    every = {**sent_files.genuine(), **genuine_office()}
    sent = every.items()
    with ThreadPoolExecutor(2) as pool:
        for (name, content), verdict in zip(sent, pool.map(checked, sent), strict=True):
            tally.check(verdict and not verdict.fault, f"{name}: {verdict and verdict.fault}")
            if name.endswith(".pdf"):
                tally.check(looks(content) == looks(verdict.content), name)
    tally.settle()


def looks(content):
    """What the pages of a PDF look like, dot by dot."""
    with pypdfium2.PdfDocument(content) as opened:
        return [page.render(scale=0.5).to_pil().tobytes() for page in opened]


def test_the_pages_of_a_pdf_stay_and_what_acts_goes():
    content = sent_files.genuine()["linked.pdf"]
    found = plain(check_file("pdf", content).content)
    assert ADDRESS.findall(found) == [b"https://x.example"]
    (page,) = looks(check_file("pdf", sent_files.filled_form()).content)
    assert b"\0\0\0" in page  # what was filled in stays readable
    layered = sent_files.layered()
    assert looks(layered) == looks(check_file("pdf", layered).content)  # a hidden layer stays hidden


def test_slides_keep_their_pictures_and_charts_and_lose_the_sheet_behind():
    sent = sent_files.slides()
    with zipfile.ZipFile(io.BytesIO(check_file("pptx", sent).content)) as archive:
        names, slide = set(archive.namelist()), archive.read("ppt/slides/slide1.xml").decode()
        chart = archive.read("ppt/charts/chart1.xml")
        assert archive.read("ppt/media/image1.png") == sent_files.picture_of(sent)
    assert names == {
        "[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels",
        "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels", "ppt/media/image1.png",
        "ppt/charts/chart1.xml",
    }  # fmt: skip
    assert "灌溉 آبپاشی" in slide
    assert (b"<c:v>7</c:v>" in chart, b"externalData" in chart) == (True, False)


def test_a_workbook_keeps_its_values_and_loses_its_formulas():
    parts = archived(check_file("xlsx", workbook()).content)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert (b"<v>7</v>" in sheet, b"<f>" in sheet, b"WEBSERVICE" in sheet) == (True, False, False)
    assert b"&#28748;&#28297;" in sheet
    assert b"https://indusgrow.example/" in parts["xl/worksheets/_rels/sheet1.xml.rels"]
    assert "xl/charts/chart1.xml" in parts
    assert not [name for name in parts if "comment" in name or "vml" in name or "docProps" in name]


def test_a_document_keeps_its_words_and_forgets_the_template_on_somebodys_disk():
    parts = archived(check_file("docx", document()).content)
    body = parts["word/document.xml"].decode()
    assert all(word in body for word in ("灌溉 آبپاشی", "Chapter", "HYPERLINK", " PAGE "))
    assert b"attachedTemplate" not in parts["word/settings.xml"]
    assert b"<w:zoom/>" in parts["word/settings.xml"]
    assert set(parts) == {
        "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
        "word/settings.xml",
    }  # fmt: skip


def test_a_table_keeps_its_numbers_and_no_cell_of_it_runs():
    sent = "﻿名称;价格\r\npump;-5\r\n=1+1;+92 300 1234567\r\nx,=2;@SUM(A1)\r\n".encode()
    clean = check_file("csv", sent).content.decode("utf-8-sig")
    assert [*csv.reader(io.StringIO(clean))] == [
        ["名称", "价格"], ["pump", "-5"], ["'=1+1", "+92 300 1234567"], ["x,=2", "'@SUM(A1)"]
    ]  # fmt: skip


def test_an_archive_of_drawings_keeps_their_folders_and_nothing_of_the_system():
    sent = zipped(
        {**BOARD, "__MACOSX/a.step": b"x", "board/.DS_Store": b"x", "look.png": sent_files.picture("PNG")}
    )
    kept = archived(check_file("zip", sent).content)
    assert set(kept) == {*BOARD, "look.png"}
    assert all(kept[name] == BOARD[name] for name in BOARD if not name.endswith(".csv"))
    assert kept["bom.csv"].endswith(b'"R1","4"\r\n')


def archived(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_picture_is_drawn_anew_and_nothing_else_of_it_stays():
    word = "qanat-of-lahore"
    archive = sent_files.slides()
    told = ("jpeg", sent_files.photograph(word)), ("png", sent_files.png_with_text(word))
    for kind, content in told:
        drawn = check_file(kind, content + archive).content
        assert word.encode() in content
        assert (word.encode() in drawn, b"PK\x03\x04" in drawn, b"Exif" in drawn) == (False, False, False)
        assert not Image.open(io.BytesIO(drawn)).getexif()
    # The camera lay on its side: the picture stands upright without being told so.
    upright = Image.open(io.BytesIO(check_file("jpeg", sent_files.photograph(word)).content))
    assert upright.size == (32, 48)
    wide = check_file("jpeg", sent_files.picture("JPEG", size=(5000, 400))).content
    assert max(Image.open(io.BytesIO(wide)).size) <= 4096
    grey = sent_files.picture("PNG", "L")
    before, after = (Image.open(io.BytesIO(each)) for each in (grey, check_file("png", grey).content))
    assert ImageChops.difference(before, after).getbbox() is None


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("pdf", sent_files.pdf()[:-30], FileFault.DAMAGED),
        ("pptx", sent_files.slides(lambda parts: parts.pop("_rels/.rels")), FileFault.DAMAGED),
        ("pdf", sent_files.locked(), FileFault.LOCKED),
        ("png", sent_files.huge_png(), FileFault.LARGE),
    ],
)
def test_what_is_wrong_is_told(kind, content, fault):
    assert check_file(kind, content).fault == fault


def test_a_large_file_and_a_misleading_name_are_refused_unchecked():
    for name, content, fault in (
        (
            "a.pdf",
            b"%PDF-" + b"\0" * FILE * MB,
            "This file is larger than 8 MB. Choose a smaller file. We have kept your text.",
        ),
        ("a.pdf", b"hello", FileFault.UNKNOWN.label),
        ("a.png", sent_files.pdf(), FileFault.DAMAGED.label),
        ("a.csv", sent_files.pdf(), FileFault.DAMAGED.label),
        ("a.exe", zipped(BOARD), FileFault.DAMAGED.label),
    ):
        with pytest.raises(forms.ValidationError) as refused:
            field().clean(SimpleUploadedFile(name, content))
        assert refused.value.messages == [fault]
    named = SimpleUploadedFile("../Indus‮gpj./ دستاویز<b>.PNG", sent_files.picture("PNG"))
    assert field().clean(named).name == "دستاویز_b_.png"
