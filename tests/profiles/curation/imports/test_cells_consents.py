"""A file says what a company agreed to for its field groups; what it does not name is not agreed to."""

import pytest
from django.utils import timezone

from profiles.catalogue.visibility.policy import withheld_but
from profiles.choices import ImportKind, Side
from profiles.curation.imports import services as imports
from profiles.curation.imports.cells import company_cells, stored
from profiles.curation.imports.table import WrongFileError
from profiles.models import Startup

pytestmark = pytest.mark.django_db
HEAD = "name_en,matching,showing,cross_border,agreed_groups"


def load(tmp_path, row, by):
    file = tmp_path / "startups.csv"
    file.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    imports.run("startups", file, by=by, at=timezone.now())
    return stored(ImportKind.STARTUPS).get()


def test_a_group_that_no_cell_names_is_not_agreed_to(tmp_path, sana):
    made = load(tmp_path, "Ravi Water,yes,yes,yes,", sana)
    assert made.withheld == withheld_but(Side.STARTUP)
    assert not made.consents.exclude(group="").exists()


def test_what_a_cell_names_is_agreed_to_on_record_and_exported_again(tmp_path, sana):
    made = load(tmp_path, "Ravi Water,yes,yes,yes,ask-matching;ask-showing;ask-cross_border", sana)
    assert "ask" not in made.withheld
    assert made.consents.filter(group="ask", withdrawn_at=None).count() == 3
    assert company_cells(made)["agreed_groups"] == "ask-matching;ask-showing;ask-cross_border"


def test_a_consent_that_does_not_exist_is_refused(tmp_path, sana):
    with pytest.raises(WrongFileError, match="There is no consent “ask-money”"):
        load(tmp_path, "Ravi Water,yes,yes,yes,ask-money", sana)
    assert not Startup.objects.exists()
