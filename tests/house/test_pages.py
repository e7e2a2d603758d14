"""Every page opens in every language for everyone, whole and in the right direction.

tests/house/test_access.py looks at each page too, in a language for each reader.
"""

import pytest

from tests.house.access import ACCESS, ACTORS
from tests.house.pages import LANGUAGES, NO_PAGES, page_faults


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("actor", ACTORS)
def test_page(market, actor, language, settings):
    wrong, at = {}, ACTORS.index(actor)
    for address in ACCESS:
        if address.get[at] != "o" or address.name in NO_PAGES:
            continue
        with market.undone(actor) as client:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = client.get(address.path(market)).content.decode()
        wrong[str(address)] = page_faults(page, language)
    assert {address: found for address, found in wrong.items() if found} == {}
