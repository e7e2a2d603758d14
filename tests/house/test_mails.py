"""No page talks to a mail server: mails are rows of the outbox, and one service sends them."""

import ast

import pytest

from tests.house.tree import files, modules, place, seats_of

SENDERS = ("django.core.mail", "profiles.integrations.mail", "smtplib")


def names(tree: ast.Module) -> set[str]:
    """Return the dotted names that a module imports, at any depth."""
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def sends(tree: ast.Module) -> bool:
    """Return whether a module imports what sends mail."""
    return any(name == sender or name.startswith(f"{sender}.") for name in names(tree) for sender in SENDERS)


def test_no_page_can_send_mail() -> None:
    seats = ("views", "forms", "guards", "selectors")
    assert [place(path) for path, tree in modules(*seats) if sends(tree)] == []


def test_one_service_sends() -> None:
    parsed = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in files(".py") if seats_of(path)]
    assert [place(path) for path, tree in parsed if sends(tree)] == [
        "profiles/accounts/adapter.py",  # for the type of what allauth writes
        "profiles/integrations/mail.py",
        "profiles/notifications/services/outbox.py",
    ]


@pytest.mark.parametrize(
    "source", ["from django.core import mail", "import smtplib", "from profiles.integrations import mail"]
)
def test_the_search_finds_senders(source: str) -> None:
    assert sends(ast.parse(source))


def test_the_search_lets_readers_be() -> None:
    assert not sends(ast.parse("from profiles.integrations.mail_files import stored"))
