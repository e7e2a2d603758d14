"""Error pages carry the headers that protect their reader too; test_access.py looks at every address."""

import re
from gzip import decompress as gunzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from matchmaker.urls import urlpatterns as site_urls
from tests.house.headers import faults


def broken(request: HttpRequest) -> HttpResponse:
    """A page that fails."""
    raise ZeroDivisionError


urlpatterns = [*site_urls, path("broken/", broken)]


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.urls("tests.house.test_headers")
@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
def test_error_pages_tell_nothing_and_carry_the_headers(settings, language):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answers = {
        400: client.get("/", headers={"host": "elsewhere.example"}),
        403: client.post("/accounts/login/"),
        404: client.get("/no-such-page/"),
        405: client.get("/i18n/setlang/"),
        500: client.get("/broken/"),
    }
    assert {code: answer.status_code for code, answer in answers.items()} == {code: code for code in answers}
    assert {code: faults(answer) for code, answer in answers.items()} == {code: [] for code in answers}
    for answer in answers.values():
        assert not re.search(r"Traceback|ZeroDivision|settings\.py|Exception", answer.content.decode())


@pytest.mark.attack
@pytest.mark.django_db
def test_https_everywhere_in_production(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    assert client.get("/").headers["Location"] == "https://testserver/"
    assert client.get("/healthz").status_code == 200
    answer = client.get("/", secure=True)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.django_db
def test_pages_are_compressed_for_browsers_that_ask_for_it_and_the_length_tells_nothing(client):
    asked = {"accept-encoding": "gzip, br"}
    answers = [client.get("/", headers=asked) for _again in range(12)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert "Accept-Encoding" in answers[0].headers["Vary"]
    assert len(answers[0].content) < len(client.get("/").content) / 3
    assert len({len(answer.content) for answer in answers}) > 1


@pytest.mark.attack
@pytest.mark.django_db
def test_every_page_is_compressed_and_no_secret_of_it_stays_the_same(client, ayesha):
    """So that a word in the address cannot be compared with a secret by the length of the answer (BREACH)."""
    client.force_login(ayesha)
    asked = {"accept-encoding": "gzip"}
    paths = ["/search/?q=irrigation", "/no-such-page/?q=irrigation", "/settings/", "/notices/"]
    pages = [client.get(path, headers=asked) for path in paths]
    pages.append(client.post("/", b"x", content_type="a/b", CONTENT_LENGTH="9" * 9, headers=asked))
    assert {page.headers.get("Content-Encoding") for page in pages} == {"gzip"}
    both = [gunzip(client.get(paths[0], headers=asked).content).decode() for _again in range(2)]
    assert all("irrigation" in page for page in both)
    tokens = [set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)) for page in both]
    assert tokens[0]
    assert not tokens[0] & tokens[1]
