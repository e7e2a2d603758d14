"""What the database says of a few startups and investors: rows from which facts of pairs are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from profiles.models import Need, Offer, Thesis
from profiles.models.lasting import in_use_sql
from profiles.prepared import Answer, PreparedQuery, padded

# (kind, whose, word or number, number): one round trip for everything.
OF_STARTUPS = """
    SELECT 'told', startup_id, sector_id, position FROM matchmaker_toldfield WHERE startup_id IN {0}
    UNION ALL SELECT 'sector', startup_id, sector_id, 0
        FROM profiles_startup_other_sectors WHERE startup_id IN {0}
    UNION ALL SELECT 'place', startup_id, place_id, 0
        FROM profiles_startup_operating_places WHERE startup_id IN {0}
    UNION ALL SELECT 'form', startup_id, partnershipform_id, 0
        FROM profiles_startup_forms WHERE startup_id IN {0}
    UNION ALL SELECT 'need', startup_id, type_id, 0
        FROM profiles_need r WHERE startup_id IN {0} AND {1}
"""
OF_THESES = """
    SELECT 'sectors', thesis_id, sector_id, 0 FROM profiles_thesis_sectors WHERE thesis_id IN {0}
    UNION ALL SELECT 'told_theirs', thesis_id, sector_id, position
        FROM matchmaker_thesistoldfield WHERE thesis_id IN {0}
    UNION ALL SELECT 'stages', thesis_id, stage_id, 0 FROM profiles_thesis_stages WHERE thesis_id IN {0}
    UNION ALL SELECT 'places', thesis_id, place_id, 0 FROM profiles_thesis_places WHERE thesis_id IN {0}
    UNION ALL SELECT 'forms', thesis_id, partnershipform_id, 0
        FROM profiles_thesis_forms WHERE thesis_id IN {0}
    UNION ALL SELECT 'forms_out', thesis_id, partnershipform_id, 0
        FROM profiles_thesis_forms_out WHERE thesis_id IN {0}
"""
IN_USE = """(SELECT id FROM profiles_thesis r WHERE investor_id IN {0} AND {1})"""
OF_INVESTORS = """
    SELECT 'offer', investor_id, type_id, 0
        FROM profiles_offer r WHERE investor_id IN {0} AND {2}
    UNION ALL SELECT 'theses', investor_id, id, 0 FROM profiles_thesis WHERE id IN {1}
    UNION ALL SELECT 'deals', investor_id, COUNT(*), 0
        FROM profiles_deal WHERE investor_id IN {0} GROUP BY investor_id
    UNION ALL SELECT 'deal_sector', investor_id, sector_id, COUNT(*)
        FROM profiles_deal WHERE investor_id IN {0} AND sector_id IS NOT NULL GROUP BY investor_id, sector_id
    UNION ALL SELECT 'deal_stage', investor_id, stage_id, COUNT(*)
        FROM profiles_deal WHERE investor_id IN {0} AND stage_id IS NOT NULL GROUP BY investor_id, stage_id
    UNION ALL SELECT 'deal_place', investor_id, place_id, COUNT(*)
        FROM profiles_deal WHERE investor_id IN {0} AND place_id IS NOT NULL GROUP BY investor_id, place_id
"""
# Which of these rows count on the day; the last number in braces above.
NEEDED, LOOKED_FOR, OFFERED = (in_use_sql(kind, "r") for kind in (Need, Thesis, Offer))
OF_ALL = """
    SELECT 'band', id, match_band, 0 FROM profiles_stage WHERE match_band IS NOT NULL
    UNION ALL SELECT 'investing', id, id, 0 FROM profiles_partnershipform WHERE "group" = 'capital'
    UNION ALL SELECT 'related', first_id, second_id, CAST(ROUND(similarity * 100) AS integer)
        FROM profiles_sectorrelation
"""
THESES = PreparedQuery(lambda keys: Thesis.objects.filter(is_active=True, pk__in=keys).order_by())


@dataclass(frozen=True)
class Recorded:
    """What the database says of some pairs: (kind, whose, word, number), and the theses asked for."""

    rows: tuple[tuple[str, int, int, int], ...]
    theses: Answer


def read_recorded(
    startups: Iterable[int], investors: Iterable[int], theses: Iterable[int], *, on: date
) -> Recorded:
    """Read what is recorded of some startups and investors, and some theses, all by primary key.

    One query, however many they are, and one for the theses.
    """
    found = THESES.read(padded(sorted(set(theses)), 4))
    return Recorded(tuple(_read(startups, investors, on)), found)


def _read(startups: Iterable[int], investors: Iterable[int], on: date) -> list[tuple[str, int, int, int]]:
    """Return (kind, whose, word, number) of all."""
    whose = _listed(investors)
    theses = IN_USE.format(whose, LOOKED_FOR)
    arms = (
        OF_STARTUPS.format(_listed(startups), NEEDED),
        OF_THESES.format(theses),
        OF_INVESTORS.format(whose, theses, OFFERED),
        OF_ALL,
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms), {"on": on.isoformat()})
        found: list[tuple[str, int, int, int]] = cursor.fetchall()
    return found


def _listed(keys: Iterable[int]) -> str:
    """Return primary keys, which are whole numbers, as a list in SQL."""
    return f"({', '.join(map(str, sorted(set(keys))))})"
