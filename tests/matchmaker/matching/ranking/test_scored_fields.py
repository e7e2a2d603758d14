"""The catalogue knows which useful fields rankings read: "Add next" names these."""

import pytest

from matchmaker.matching.ranking.market import startup_rows, thesis_rows
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.choices import Purpose, Side

# Of a startup its amounts are the ask; lists are read as rows, and texts by the text model.
READ = {
    Side.STARTUP: {*startup_rows.FIELDS, "ask", "needs", "forms", "pitch", "summary"},
    Side.INVESTOR: {*thesis_rows.INVESTOR_FIELDS, "theses", "offers", "deals", "pitch", "summary"},
}


@pytest.mark.parametrize("side", Side)
def test_a_useful_field_that_rankings_read_is_marked_or_needed(side):
    useful = {name: field for name, field in CATALOGUE[side].items() if field.useful}
    read = {name for name in useful if name in READ[side]}
    marked = {name for name, field in useful.items() if field.is_scored}
    needed = {name for name, field in useful.items() if field.is_needed}
    assert read <= marked | needed
    assert marked <= read
    assert not marked & {*needed, *Purpose.values}
