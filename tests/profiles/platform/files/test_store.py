"""The files of several machines: in a folder of each they are refused, in a store that speaks S3 shared."""

import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.management import call_command
from django.core.management.base import CommandError

from matchmaker import settings as project
from matchmaker.management.commands.prepare import prepare_database
from matchmaker.operations.selectors import has_files
from profiles.platform.files import services
from tests.faults.test_run import free_port
from tests.servers import Server, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(settings, tmp_path):
    """A function that goes on as a machine with a data folder of its own."""

    def go_on(name):
        settings.MEDIA_ROOT = tmp_path / name

    return go_on


def test_a_machine_with_a_folder_of_its_own_is_refused(machine):
    machine("one")
    prepare_database()
    prepare_database()
    assert has_files()
    machine("other")
    assert not has_files()
    with pytest.raises(CommandError, match="adopt_files"):
        prepare_database()
    machine("one")
    assert has_files()


def test_files_may_move(machine):
    machine("one")
    prepare_database()
    machine("other")
    call_command("adopt_files")
    assert has_files()


@pytest.fixture
def store(tmp_path, settings, monkeypatch):
    """A store that speaks S3, in which the site keeps its files."""
    port = free_port()
    code = f"from moto.server import main; main(['-p', '{port}'])"
    server = Server([sys.executable, "-W", "ignore", "-c", code], log=tmp_path / "store.log")
    server.start()
    monkeypatch.setitem(project.IN_STORE["OPTIONS"], "bucket_name", "corridor")
    own = {"endpoint_url": f"http://127.0.0.1:{port}", "access_key": "key", "secret_key": "secret"}
    options = project.IN_STORE["OPTIONS"] | own | {"bucket_name": "corridor", "region_name": "us-east-1"}
    settings.STORAGES = settings.STORAGES | {"default": {**project.IN_STORE, "OPTIONS": options}}

    def is_there():
        try:
            storages["default"].connection.create_bucket(Bucket="corridor")
        except Exception:
            return False
        return True

    wait_for(is_there, seconds=60, what="The store's answer")
    yield default_storage
    server.kill()


def test_two_machines_share_a_store_and_one_that_does_not_answer_is_not_ready(store, machine):
    machine("one")
    prepare_database()
    name = store.save("files/a", ContentFile(b"drawing"))
    again = store.save("files/a", ContentFile(b"another"))
    machine("other")
    assert has_files()
    assert not FileSystemStorage().exists(name)
    with store.open(name) as file:
        assert file.read() == b"drawing"
    assert sorted(store.listdir("files")[1]) == sorted(each.removeprefix("files/") for each in (name, again))
    services.remove([name, again])
    assert not store.exists(name)

    prepare_database()
    store.bucket.objects.all().delete()
    store.connection.meta.client.delete_bucket(Bucket="corridor")
    assert not has_files()
