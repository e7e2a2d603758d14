"""A program with a token."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.utils import timezone

from matchmaker.portal.api import services
from matchmaker.portal.api.selectors import scopes_for


@dataclass
class Program:
    """Asks the API with a token."""

    secret: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def ask(self, path, **headers):
        sent = {"Authorization": f"Bearer {self.secret}", **headers}
        return self.client.get(f"/api/v1/{path}", headers=sent)

    def read(self, path, **headers):
        answer = self.ask(path, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def pages(self, path, limit=1):
        """Return the items of all pages."""
        cursor, items = "", []
        while cursor is not None:
            page = self.read(f"{path}?limit={limit}&cursor={cursor}")
            items, cursor = items + page["items"], page["next"]
        return items


def make_program(user, *scopes, name="Our database"):
    user.refresh_from_db()
    scopes = [*scopes] or sorted(scope.value for scope in scopes_for(user))
    return Program(services.make_token(user, name=name, scopes=scopes, days=30, at=timezone.now()))


@pytest.fixture
def program():
    """A function that makes a token for a person."""
    return make_program
