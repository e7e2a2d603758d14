"""Error pages carry the headers that protect their reader too; test_access.py looks at every address."""

import re

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
