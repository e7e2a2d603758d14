"""The taxonomy: sorting, triggers of governance checks, loading of the tables."""

import csv

import pytest
from django.utils import timezone, translation

from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors import terms
from profiles.catalogue.taxonomy.selectors.terms import all_terms, alphabetical
from profiles.catalogue.taxonomy.triggers import TriggerError, applies, check_trigger
from profiles.models import GovernanceCheck, Place


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-hans", ["安徽省", "北京市", "福建省", "上海市", "云南省", "浙江省"]),
        ("ur", ["اسلام آباد", "بلوچستان", "پنجاب", "سندھ", "گلگت بلتستان", "لاہور"]),
        ("en", ["Anhui", "beijing", "Shanghai"]),
    ],
)
def test_names_sort_as_a_reader_expects(language, names):
    with translation.override(language):
        assert sorted(reversed(names), key=alphabetical) == names


@pytest.mark.django_db
def test_provinces_stand_in_pinyin_order_in_forms_and_filters():
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
def test_no_two_places_read_alike(language):
    names = list(Place.objects.values_list(f"name_{language}", flat=True))
    assert {name for name in names if names.count(name) > 1} == set()


EQUITY = {"f": "form", "in": ["equity"]}
TENTH = {"f": "stake_pct", "gte": 10}


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ({"f": "weather", "is": True}, "Unknown fact 'weather'"),
        ({"f": "form", "like": ["equity"]}, "form may be asked: in, not_in"),
        ({"f": "stake_pct", "in": ["10"]}, "stake_pct may be asked: gte"),
        ({"f": "form", "in": "equity"}, "is no value for a code"),
        ({"f": "form", "in": []}, "is no value for a code"),
        ({"f": "cross_border", "is": "yes"}, "is no value for a flag"),
        ({"f": "stake_pct", "gte": True}, "is no value for a number"),
        ({"f": "form", "in": ["equity"], "not_in": ["safe"]}, "form may be asked"),
        ({"all": [EQUITY], "any": [EQUITY]}, "stands alone"),
        ({"all": []}, "all holds a list"),
        ({"any": [{"all": [{"f": "moon"}]}]}, "Unknown fact 'moon'"),
        ({"always": False}, "always is true"),
        ({}, "A trigger is an object"),
        ([EQUITY], "A trigger is an object"),
    ],
)
def test_what_is_not_of_the_language_is_refused(trigger, words):
    with pytest.raises(TriggerError, match=words):
        check_trigger(trigger)


@pytest.mark.parametrize(
    ("trigger", "facts", "holds"),
    [
        ({"always": True}, {}, True),
        (EQUITY, {"form": "equity"}, True),
        (EQUITY, {"form": "pilot"}, False),
        (EQUITY, {}, None),
        ({"f": "form", "not_in": ["equity"]}, {"form": "pilot"}, True),
        ({"f": "form", "not_in": ["equity"]}, {"form": None}, None),
        ({"f": "cross_border", "is": True}, {"cross_border": False}, False),
        ({"f": "sector", "startswith": ["FIN0", "MED"]}, {"sector": ["AGR01", "FIN02"]}, True),
        ({"f": "sector", "startswith": ["MED"]}, {"sector": ["AGR01", "FIN02"]}, False),
        ({"f": "offers", "has_any": ["data"]}, {"offers": ["cloud", "data"]}, True),
        (TENTH, {"stake_pct": 10}, True),
        (TENTH, {"stake_pct": 9.99}, False),
        # What no one stated decides only where nothing else does.
        ({"all": [EQUITY, TENTH]}, {"form": "pilot"}, False),
        ({"all": [EQUITY, TENTH]}, {"form": "equity"}, None),
        ({"any": [EQUITY, TENTH]}, {"form": "equity"}, True),
        ({"any": [EQUITY, TENTH]}, {"form": "pilot"}, None),
        ({"any": [EQUITY, TENTH]}, {"form": "pilot", "stake_pct": 1}, False),
    ],
)
def test_a_trigger_holds_or_not_or_nobody_knows(trigger, facts, holds):
    check_trigger(trigger)
    assert applies(trigger, facts) is holds


@pytest.mark.django_db
def test_the_table_is_loaded_whole_and_in_three_languages():
    checks = list(GovernanceCheck.objects.all())

    assert len(checks) == 33
    silent = [check.code for check in checks if not check.question_en]
    assert silent == ["GOV-PL-01", "GOV-PL-02", "GOV-PL-03"]
    texts = [f"{part}_{language}" for part in ("title", "text") for language in ("en", "ur", "zh")]
    assert [(check.code, name) for check in checks for name in texts if not getattr(check, name)] == []


@pytest.mark.django_db
def test_loading_again_keeps_what_a_curator_edited_and_renews_the_rest():
    GovernanceCheck.objects.filter(code="GOV-PK-01").update(status="gone", edited_at=timezone.now())
    GovernanceCheck.objects.filter(code="GOV-PK-02").update(status="gone")

    taxonomy.load()

    kept = dict(GovernanceCheck.objects.values_list("code", "status"))
    assert (kept["GOV-PK-01"], kept["GOV-PK-02"]) == ("gone", "in force")


@pytest.mark.django_db
def test_a_table_with_an_unknown_fact_is_not_loaded(tmp_path):
    for table in taxonomy.DATA.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    path = tmp_path / "governance.csv"
    rows = list(taxonomy.csv_rows(path))
    rows[3]["trigger_json"] = '{"f": "mood", "is": true}'
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    with pytest.raises(TriggerError, match="GOV-PK-04: Unknown fact 'mood'"):
        taxonomy.load(tmp_path)
