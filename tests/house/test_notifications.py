"""docs/notifications.md and the code say the same."""

from matchmaker.management.commands.document_notices import PAGE, functions_by_code, with_tables
from profiles.notice_kinds import KINDS


def test_the_page_has_the_tables_that_the_command_writes():
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text


def test_every_notification_is_sent_by_a_function():
    by_allauth = {code for code, kind in KINDS.items() if not (kind.sentence or kind.body)}
    assert KINDS.keys() - functions_by_code().keys() - by_allauth == set()
