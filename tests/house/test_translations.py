"""Everything a person reads exists in every language."""

import messages


def test_every_text_is_collected_and_translated() -> None:
    assert messages.check() == []
