"""Names in the order of the reader's alphabet."""

import pytest
from django.utils import translation

from profiles.models import Place
from profiles.taxonomy.selectors import terms
from profiles.taxonomy.selectors.terms import all_terms, alphabetical


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-hans", ["安徽省", "北京市", "福建省", "上海市", "云南省", "浙江省"]),
        ("ur", ["اسلام آباد", "بلوچستان", "پنجاب", "سندھ", "گلگت بلتستان", "لاہور"]),
        ("en", ["Anhui", "beijing", "Shanghai"]),
    ],
)
def test_names_sort_as_a_reader_expects(language: str, names: list[str]) -> None:
    with translation.override(language):
        assert sorted(reversed(names), key=alphabetical) == names


@pytest.mark.django_db
def test_provinces_stand_in_pinyin_order_in_forms_and_filters() -> None:
    with translation.override("zh-hans"):
        groups = dict(terms.grouped(terms.places()))
        in_form = [place.name for place in groups["中国"] if place.level == "division"]
        tree = all_terms()
        in_filter = tree.names(
            "place", Place.objects.filter(level="division", country_code="CN").values_list("pk", flat=True)
        )

    for names in (in_form, in_filter):
        assert [name for name in names if name[:2] in ("上海", "云南", "北京", "安徽")] == [
            "安徽省", "北京市", "上海市", "云南省",
        ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ur", "zh"])
def test_no_two_places_read_alike(language: str) -> None:
    names = list(Place.objects.values_list(f"name_{language}", flat=True))
    assert {name for name in names if names.count(name) > 1} == set()
