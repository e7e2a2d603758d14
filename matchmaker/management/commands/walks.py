"""`manage.py walks`: how many functions and templates of ours one request enters."""

import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import setup_test_environment
from django.urls import reverse

from matchmaker.management.commands.bench_pages import PEOPLE, addresses, signed_in
from profiles.choices import Status
from profiles.management.tables import DatabaseCommand
from profiles.models import Startup

OURS = tuple(f"{settings.BASE_DIR / app}/" for app in ("matchmaker", "profiles"))


def acts() -> Iterator[tuple[str, Client, str, dict[str, Any] | None]]:
    """Yield each request: its name, who makes it, its address, and what is sent."""
    clients = {person: signed_in(person) for person in (*PEOPLE, "curator")}
    for person in PEOPLE:
        for page, path in addresses(clients[person]).items():
            yield f"{person} {page}", clients[person], path, None
    matched = addresses(clients["investor"])["match"]
    yield "interested", clients["investor"], f"{matched}interest/", {"wanted": "1"}
    path, client = reverse("startup_edit", args=["basics"]), clients["founder"]
    typed = {each.html_name: each.value() for each in client.get(path).context["form"] if each.value()}
    yield "save a step", client, path, typed | {"pitch": f"{typed['pitch']}."}
    waiting = Startup.objects.filter(status=Status.SUBMITTED).earliest("pk")
    path, client = reverse("review", args=["startup", waiting.public_id]), clients["curator"]
    yield "approve", client, path, {"outcome": "approved", "seen": client.get(path).context["seen"]}


def entered(client: Client, path: str, sent: dict[str, Any] | None) -> set[str]:
    """Return the functions and templates that a request enters; nothing that it writes stays."""
    names: set[str] = set()

    def note_function(frame: Any, event: str, _returned: Any) -> None:
        code = frame.f_code
        if event != "call" or code.co_filename == __file__ or code.co_name.startswith("<"):
            return
        if code.co_filename.startswith(OURS):
            names.add(f"{code.co_filename}:{code.co_firstlineno}")

    def note_template(template: Template, **_kwargs: Any) -> None:
        names.add(str(template.name))

    template_rendered.connect(note_template)  # until it is deleted: receivers are weak
    with transaction.atomic():
        sys.setprofile(note_function)
        response = client.get(path) if sent is None else client.post(path, sent)
        sys.setprofile(None)
        transaction.set_rollback(True)
    if response.status_code != (HTTPStatus.OK if sent is None else HTTPStatus.FOUND):
        raise CommandError(f"{path} answers {response.status_code}.")
    return names


class Command(DatabaseCommand):
    help = "Count the functions and templates of this project that one request of each kind enters."

    def handle(self, *args: Any, **options: Any) -> None:
        setup_test_environment()  # templates then say that they are rendered, and no mail is sent
        for name, client, path, sent in acts():
            self.stdout.write(f"{name}: {len(entered(client, path, sent))} functions and templates")
