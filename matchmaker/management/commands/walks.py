"""`manage.py walks`: how many functions and templates of ours one request enters."""

import sys
from collections.abc import Iterator
from http import HTTPStatus
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.template import Template
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from matchmaker.management.commands.bench_pages import PEOPLE, addresses, signed_in
from profiles.choices import Status
from profiles.management.tables import DatabaseCommand
from profiles.models import Startup

OURS = tuple(f"{settings.BASE_DIR / app}/" for app in ("matchmaker", "profiles"))
Act = tuple[str, Client, str, dict[str, Any] | None]  # a name, who acts, an address, and what is sent


def acts() -> Iterator[Act]:
    clients = {person: signed_in(person) for person in (*PEOPLE, "curator")}
    for person in PEOPLE:
        for page, path in addresses(clients[person]).items():
            yield f"{person} {page}", clients[person], path, None
    matched = addresses(clients["investor"])["match"]
    yield "interested", clients["investor"], f"{matched}interest/", {"wanted": "1"}
    path = reverse("startup_edit", args=["basics"])
    form = clients["founder"].get(path).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() is not None}
    yield "save a step", clients["founder"], path, typed | {"pitch": f"{typed['pitch']}."}
    waiting = Startup.objects.filter(status=Status.SUBMITTED).order_by("pk").first()
    if waiting is None:
        raise CommandError("No startup waits for review; run load_demo first.")
    path = reverse("review", args=["startup", waiting.public_id])
    seen = clients["curator"].get(path).context["seen"]
    yield "approve", clients["curator"], path, {"outcome": "approved", "seen": seen}


def entered(client: Client, path: str, sent: dict[str, Any] | None) -> set[str]:
    """Return the functions and templates that a request enters; nothing that it writes stays."""
    names: set[str] = set()

    def note(frame: FrameType, event: str, _returned: Any) -> None:
        code = frame.f_code
        if event == "call" and code is Template._render.__code__:
            names.add(str(frame.f_locals["self"].name))
        elif event == "call" and code.co_filename.startswith(OURS) and not code.co_name.startswith("<"):
            names.add(f"{code.co_filename}:{code.co_firstlineno}")

    with transaction.atomic():
        sys.setprofile(note)
        response = client.get(path) if sent is None else client.post(path, sent)
        sys.setprofile(None)
        transaction.set_rollback(True)
    if response.status_code != (HTTPStatus.OK if sent is None else HTTPStatus.FOUND):
        raise CommandError(f"{path} answers {response.status_code}.")
    return names


class Command(DatabaseCommand):
    help = "Count the functions and templates of this project that one request of each kind enters."

    def handle(self, *args: Any, **options: Any) -> None:
        setup_test_environment()  # responses then keep the context of their templates, and no mail is sent
        for name, client, path, sent in acts():
            self.stdout.write(f"{name}: {len(entered(client, path, sent))} functions and templates")
