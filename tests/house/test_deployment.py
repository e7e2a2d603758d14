"""What deploy/ says agrees with the settings and with docs/run.md."""

import re
import subprocess

import pytest
from django.conf import settings

from matchmaker.deals.conversations.forms import MessageForm
from matchmaker.events.programmes.forms.people import FileForm
from matchmaker.integrations.translator import LANGUAGES
from matchmaker.middleware import MOST_DRAINED
from profiles import uploads
from profiles.companies.evidence.forms import EvidenceForm
from profiles.companies.pictures.forms import LogoForm
from profiles.curation.imports.forms import UploadForm
from tests.house.tree import ROOT, files

DEPLOY = {path.name: path.read_text(encoding="utf-8") for path in files(under="deploy")}
PAGE = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
UNITS = [text for name, text in DEPLOY.items() if name.endswith(".service")]
OF_PROGRAMS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "NUMBA_CACHE_DIR"}
OF_CONTAINERS = {
    "PYTHON_IMAGE", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "MINIO_ROOT_USER",
    "MINIO_ROOT_PASSWORD", "LT_LOAD_ONLY", "LT_DISABLE_WEB_UI", "LT_DISABLE_FILES_TRANSLATION",
}  # fmt: skip


def test_every_variable_is_one_of_the_pages():
    named = re.findall(r"^([A-Z][A-Z0-9_]+)=", DEPLOY["site.env.example"], re.MULTILINE)
    named += re.findall(r"([A-Z][A-Z0-9_]+): ", DEPLOY["compose.yaml"])
    named += re.findall(r"([A-Z][A-Z0-9_]+)=", DEPLOY["Containerfile"])
    lines = re.findall(r"^Environment=(.*)", "\n".join(UNITS), re.MULTILINE)
    named += re.findall(r"([A-Z0-9_]+)=", "\n".join(lines))
    assert len(set(named)) > 20
    unknown = {name for name in named if f"`{name}`" not in PAGE}
    assert unknown <= OF_PROGRAMS | OF_CONTAINERS | {"CMD"}


def test_every_image_is_named_by_its_digest_and_can_be_changed():
    of_build = re.findall(r"^ARG PYTHON_IMAGE=(.*)", DEPLOY["Containerfile"], re.MULTILINE)
    of_compose = re.findall(r"\$\{[A-Z]+_IMAGE:-(.*?)\}", DEPLOY["compose.yaml"])
    to_try = re.findall(r"^    image: ([^$\s]+)", DEPLOY["compose.yaml"], re.MULTILINE)
    assert (len(of_build), len(of_compose), len(to_try)) == (1, 5, 2)
    assert all(re.fullmatch(r"\S+:\S+@sha256:[0-9a-f]{64}", name) for name in of_build + of_compose + to_try)
    assert of_build[0] in of_compose


def test_the_translator_is_off_until_asked_for_and_knows_the_languages_that_are_sent():
    service = re.search(r"^  translator:(.*\n)+?\n", DEPLOY["compose.yaml"], re.MULTILINE)
    assert service
    assert 'profiles: ["translation"]' in service[0]
    assert f'LT_LOAD_ONLY: "{",".join(LANGUAGES)}"' in service[0]
    for name in ("http://translator:5000/translate", "--profile translation"):
        assert name in PAGE


def test_the_proxy_takes_what_the_site_takes():
    found = re.findall(r"location (\S+) \{ client_max_body_size (\d+)m;", DEPLOY["nginx.conf"])
    # More than the site takes: its own page then says what is too large, and keeps what was typed.
    assert {start for start, _most in found} == {start for start, _most in settings.UPLOAD_BYTES}
    assert {int(most) * 1024 * 1024 for _start, most in found} == {MOST_DRAINED}
    assert dict(settings.UPLOAD_BYTES) == {
        start: (size + uploads.FORM) * uploads.MB for start, size in uploads.UPLOADS.items()
    }
    (most,) = re.findall(r"^    client_max_body_size (\d+)m;", DEPLOY["nginx.conf"], re.MULTILINE)
    assert settings.BODY_BYTES < int(most) * 1024 * 1024 <= MOST_DRAINED


@pytest.mark.django_db
@pytest.mark.parametrize("start", uploads.UPLOADS)
def test_what_a_page_promises_is_read_and_more_is_refused_in_words(client, start):
    sizes = [uploads.UPLOADS[start] * uploads.MB, (uploads.UPLOADS[start] + 2) * uploads.MB]
    answers = [client.post(start, b"", content_type="a/b", CONTENT_LENGTH=str(size)) for size in sizes]
    assert [answer.status_code == 413 for answer in answers] == [False, True]
    assert "Nothing was changed" in answers[1].content.decode()


def test_forms_promise_what_the_table_has():
    words = [form.base_fields["file"].help_text for form in (MessageForm, LogoForm, EvidenceForm, FileForm)]
    assert all(f"{uploads.FILE} MB" in text for text in words)
    assert f"{uploads.TABLE} MB" in UploadForm.base_fields["file"].help_text


def test_the_proxy_counts_requests_and_shows_visitors_nothing_of_the_machines():
    assert re.search(r"limit_req_zone \$binary_remote_addr .*\n", DEPLOY["nginx.conf"])
    assert re.search(r"^    limit_req zone=", DEPLOY["nginx.conf"], re.MULTILINE)
    for path in ("/metrics", "/readyz"):
        assert f"location = {path} {{ deny all; }}" in DEPLOY["nginx.conf"]


def test_every_queue_has_a_worker_in_both_ways():
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {name for unit in UNITS for name in re.findall(r"-Q (\w+)", unit)} == queues
    assert set(re.findall(r'"-Q", "(\w+)"', DEPLOY["compose.yaml"])) == queues


def test_the_servers_are_those_of_the_page():
    line = re.search(r"gunicorn matchmaker\.wsgi --bind 127\.0\.0\.1:8000 .*control-socket", "\n".join(UNITS))
    assert line
    assert line[0] in re.sub(r" \\\n\s+", " ", PAGE)


def test_a_shell_reads_the_example():
    """systemd and Compose read the file line by line; who tries a command by hand sources it."""
    command = f'set -a; . "{ROOT}/deploy/site.env.example"; printenv DEFAULT_FROM_EMAIL'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "Corridor <noreply@corridor.example>\n"


def test_every_unit_has_the_files_of_the_release():
    for unit in UNITS:
        assert "WorkingDirectory=/srv/corridor/current\n" in unit
        assert "STATIC_ROOT=staticfiles " in unit  # of the release that runs, also while the link changes
        assert "ProtectSystem=strict" in unit
    prepare = DEPLOY["corridor-prepare.service"].partition("manage.py ")[2].splitlines()[0]
    assert [f'"{step}"' in DEPLOY["compose.yaml"] for step in prepare.split()[1:]] == [True] * 4


@pytest.mark.parametrize("name", ["requirements", "requirements-production", "requirements-dev"])
def test_every_package_is_pinned_with_its_hash(name):
    lock = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=\w)", lock, flags=re.MULTILINE)[1:]
    assert packages
    for package in packages:
        assert "==" in package.splitlines()[0], package
        assert "--hash=sha256:" in package, package
