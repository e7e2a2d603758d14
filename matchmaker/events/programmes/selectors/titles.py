"""What programmes are called where others name them: in notices and in the audit trail."""

import re
from collections.abc import Collection, Mapping

from matchmaker.events.programmes.selectors.programmes import programmes_for, reader_of
from matchmaker.models.programmes import Programme
from profiles.models import User

PATH = re.compile(r"^/(?:desk/)?programmes/([a-z0-9]+)/")


def titles_of(codes: Collection[str]) -> Mapping[str, str]:
    return {
        programme.public_id: programme.title for programme in Programme.objects.filter(public_id__in=codes)
    }


def names_on(paths: Collection[str], user: User) -> Mapping[str, str]:
    codes = {path: found[1] for path in paths if (found := PATH.match(path))}
    if not codes:
        return {}
    rows = programmes_for(reader_of(user)).filter(public_id__in=set(codes.values()))
    titles = {row.public_id: row.title for row in rows}
    return {path: titles[code] for path, code in codes.items() if code in titles}
