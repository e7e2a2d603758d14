"""What comes in is bounded before anything works on it."""

import time
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from profiles.companies.steps.forms.fields import LineField, ProseField, TermsField, WebField
from profiles.curation.imports.services import run
from profiles.curation.imports.table import WrongFileError, lines_of, read_file
from profiles.models import Sector
from profiles.validators import name_key, normalize, one_line, tidy, validate_visible
from tests.house.headers import faults

BREATH = 2.0  # seconds of the processor; each of these took 7 to 120 before there were limits
ZWNJ, LIGATURE = "\u200c", "\ufdfa"  # a joiner; one letter that NFKC writes with eighteen


@contextmanager
def soon():
    """Fail if it takes longer than a breath."""
    begun = time.thread_time()
    yield
    assert time.thread_time() - begun < BREATH


class Unreadable:
    """A body that no one may read."""

    def read(self, *_size):
        raise AssertionError("The body was read.")

    readline = read


def urlencoded(client, path, body, charset):
    """Post a form in some encoding."""
    return client.generic("POST", path, body, f"application/x-www-form-urlencoded; charset={charset}")


@pytest.mark.attack
class TestBodies:
    @pytest.mark.parametrize("path", ["/", "/accounts/login/", "/no-such-page/", "/admin/"])
    @pytest.mark.parametrize(
        "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "a/b"]
    )
    def test_a_large_one_is_refused_unread(self, path, kind, client):
        sent = {"CONTENT_LENGTH": str(400 * 1024 * 1024), "wsgi.input": Unreadable()}
        response = client.post(path, b"x", content_type=kind, **sent)
        assert (response.status_code, faults(response)) == (413, [])
        assert "Nothing was changed" in response.content.decode()

    def test_in_the_readers_language(self, client, settings):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ur"
        response = client.post("/", b"x", content_type="a/b", CONTENT_LENGTH="9" * 30)
        assert (response.status_code, 'lang="ur"' in response.content.decode()) == (413, True)

    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/conversations/0123456789/", "/pictures/", "/matches/"])
    def test_a_text_that_is_too_long_gets_the_page_in_the_readers_language(self, founder, settings, path):
        founder.cookies[settings.LANGUAGE_COOKIE_NAME] = "ur"
        response = founder.post(path, {"text": "a" * (settings.BODY_BYTES + 9)})
        assert (response.status_code, faults(response)) == (413, [])
        assert 'lang="ur"' in response.content.decode()

    def test_addresses_for_files_have_limits_of_their_own(self, client, settings):
        settings.UPLOAD_BYTES = [("/files/", 10 * settings.BODY_BYTES)]
        sent = [("/files/a/", 5), ("/files/a/", 11), ("/filesystem/", 5)]
        answers = [
            client.post(path, b"", content_type="a/b", CONTENT_LENGTH=str(times * settings.BODY_BYTES))
            for path, times in sent
        ]
        assert [answer.status_code for answer in answers] == [404, 413, 413]

    @pytest.mark.django_db
    @pytest.mark.parametrize("charset", ["latin-1", "utf-16", "no-such-code", "utf-8, latin-1"])
    @pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/?side=startup", "/i18n/setlang/"])
    def test_another_encoding_is_malformed(self, path, charset):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        response = urlencoded(client, path, b"login=a&password=b", charset)
        assert (response.status_code, faults(response)) == (400, [])

    @pytest.mark.django_db
    def test_utf8_by_name_is_read(self):
        response = urlencoded(Client(), "/i18n/setlang/", b"language=ur", "UTF-8")
        assert response.status_code == 302

    @pytest.mark.attack
    @pytest.mark.django_db
    def test_the_redirect_to_https_carries_the_headers(self, client, settings):
        settings.SECURE_SSL_REDIRECT = True
        response = client.get("/")
        assert (response.status_code, faults(response)) == (301, [])


@pytest.mark.attack
class TestTexts:
    @pytest.mark.parametrize("clean", [normalize, tidy, one_line, validate_visible, name_key])
    @pytest.mark.parametrize("text", ["ب" + ZWNJ, LIGATURE, "e\u0301", "a "])
    def test_nothing_walks_through_a_long_text(self, clean, text):
        with soon(), pytest.raises(ValidationError) as refused:
            clean(text * 900_000)
        assert refused.value.code == "max_length"

    @pytest.mark.parametrize(
        "field", [LineField(max_length=120), ProseField(max_length=500), WebField(max_length=200)]
    )
    @pytest.mark.parametrize("text", ["ب" + ZWNJ, LIGATURE, "https://" + LIGATURE])
    def test_a_field_says_how_long_it_may_be(self, field, text):
        sent = text * 300_000
        with soon(), pytest.raises(ValidationError) as refused:
            field.clean(sent)
        expected = f"Use at most {field.max_length} characters. You have used {len(sent)}."
        assert refused.value.messages == [expected]

    def test_what_tidying_shortens_is_kept(self):
        assert LineField(max_length=12).clean("  Indus   Grow  " + " " * 20) == "Indus Grow"

    def test_the_longest_text_is_checked_soon(self):
        with soon():
            validate_visible(("ب" + ZWNJ) * 4_999 + "ب")


@pytest.mark.attack
class TestLists:
    @pytest.mark.django_db
    def test_more_codes_than_there_are_terms(self):
        field = TermsField(model=Sector)
        there = len(field.terms.of(Sector))
        with soon(), pytest.raises(ValidationError) as refused:
            field.clean([f"X{number}" for number in range(200_000)])
        assert refused.value.messages == [f"Choose at most {there}."]
        every = [sector.code for sector in field.terms.of(Sector)]
        assert len(field.clean(every)) == there


@pytest.mark.attack
class TestFiles:
    @pytest.mark.parametrize(
        "header",
        [
            ",".join(f"c{number}" for number in range(200_000)),
            ",".join(["name_en"] * 200_000),
            "," * 200_000,
            "name_em" + "x" * 100_000,
        ],
        ids=["unknown", "repeated", "nameless", "long"],
    )
    def test_a_header_is_bounded(self, header, tmp_path, db):
        path = tmp_path / "file.csv"
        path.write_text(f"{header}\nIndus Grow\n", encoding="utf-8")
        with soon(), pytest.raises(WrongFileError) as refused:
            run("startups", path, by=None, at=timezone.now())
        assert sum(len(str(problem)) for problem in refused.value.problems) < 1_000

    def test_a_cell_is_bounded(self, tmp_path):
        path = tmp_path / "file.csv"
        path.write_text("name_en\n" + "ب" * 20_000 + "\n", encoding="utf-8")
        (line,) = lines_of(read_file(path, known=1), ["name_en"])
        assert [str(problem) for problem in line.problems] == [
            "line 2, column name_en: A cell can have at most 10000 characters. This cell has 20000."
        ]
