"""The little that pages work out for themselves."""

import pytest
from django.utils import translation

from matchmaker.templatetags.parts import tongue
from profiles.visibility.visible_profile import joined


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Low-cost soil-moisture sensors", "en"),
        ("جنوبی پنجاب کے لیے IoT سینسر", "ur"),
        ("为旁遮普提供 IoT 传感器，低成本", "zh"),
        ("2026-11-25", ""),
        ("", ""),
    ],
)
def test_a_text_is_marked_with_the_language_of_its_letters(text: str, language: str) -> None:
    assert tongue(text) == language


@pytest.mark.parametrize(("language", "shown"), [("en", "a, b"), ("ur", "a، b"), ("zh-hans", "a、b")])
def test_a_list_is_written_with_the_comma_of_the_language(language: str, shown: str) -> None:
    with translation.override(language):
        assert joined(["a", "b"]) == shown
