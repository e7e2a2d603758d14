"""The language in which governance checks say when they apply."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from profiles.models import GovernanceCheck
from profiles.taxonomy.services import loading
from profiles.taxonomy.triggers import TriggerError, applies, check_trigger

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
def test_what_is_not_of_the_language_is_refused(trigger: Any, words: str) -> None:
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
        # What nobody stated decides only where nothing else does.
        ({"all": [EQUITY, TENTH]}, {"form": "pilot"}, False),
        ({"all": [EQUITY, TENTH]}, {"form": "equity"}, None),
        ({"any": [EQUITY, TENTH]}, {"form": "equity"}, True),
        ({"any": [EQUITY, TENTH]}, {"form": "pilot"}, None),
        ({"any": [EQUITY, TENTH]}, {"form": "pilot", "stake_pct": 1}, False),
    ],
)
def test_a_trigger_holds_or_not_or_nobody_knows(
    trigger: dict[str, Any], facts: dict[str, Any], holds: bool | None
) -> None:
    check_trigger(trigger)
    assert applies(trigger, facts) is holds


@pytest.mark.django_db
def test_the_table_is_loaded_whole_and_in_three_languages() -> None:
    checks = list(GovernanceCheck.objects.all())

    assert len(checks) == 33
    silent = [check.code for check in checks if not check.question_en]
    assert silent == ["GOV-PL-01", "GOV-PL-02", "GOV-PL-03"]
    texts = [f"{part}_{language}" for part in ("title", "text") for language in ("en", "ur", "zh")]
    assert [(check.code, name) for check in checks for name in texts if not getattr(check, name)] == []


@pytest.mark.django_db
def test_loading_again_keeps_what_a_curator_edited_and_renews_the_rest() -> None:
    GovernanceCheck.objects.filter(code="GOV-PK-01").update(status="gone", edited_at=timezone.now())
    GovernanceCheck.objects.filter(code="GOV-PK-02").update(status="gone")

    loading.load()

    kept = dict(GovernanceCheck.objects.values_list("code", "status"))
    assert (kept["GOV-PK-01"], kept["GOV-PK-02"]) == ("gone", "in force")


@pytest.mark.django_db
def test_a_table_with_an_unknown_fact_is_not_loaded(tmp_path: Path) -> None:
    for table in loading.DATA.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    path = tmp_path / "governance.csv"
    rows = list(loading.csv_rows(path))
    rows[3]["trigger_json"] = '{"f": "mood", "is": true}'
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    with pytest.raises(TriggerError, match="GOV-PK-04: Unknown fact 'mood'"):
        loading.load(tmp_path)
