"""Who may do what about pictures and cards, address by address (tests/house/access.py)."""

from profiles.choices import PictureKind, PictureState
from tests.house.access import at, each
from tests.profiles.companies.pictures.pictured import make_picture


def add_to(market):
    """Write the approved logo of the startup, one that waits, and a picture of a person."""
    founder, partner = market.people["founder"], market.people["partner"]
    market.added |= {
        "logo": make_picture(market.startup, founder),
        "next_logo": make_picture(market.startup, founder, state=PictureState.WAITING),
        "photo": make_picture(market.investor, partner, kind=PictureKind.PERSON, text="Li Wei"),
    }


ADDRESSES = (
    at("pictures", "ssoooonn", "ssnnnnnn"),
    at("picture_remove", "mmmmmmmm", "ssgnnnnn", key="next_logo.key"),
    # A logo is seen by whoever may read the name, a person by those with whom both sides are interested
    at("picture", "ssononon", "ssmmmmmm", key="logo.key", size="=small"),
    at("picture", "ssonnnon", "ssmmmmmm", key="next_logo.key", size="=large"),
    at("picture", "ssnnonon", "ssmmmmmm", key="photo.key", size="=large"),
    at("picture", "ssnnnnnn", "ssmmmmmm", key="logo.key", size="=huge"),
    at("picture", "ssnnnnnn", "ssmmmmmm", key="=nothing", size="=small"),
    at("desk_pictures", "ssnnnnon", "ssnnnnmn"),
    at("desk_picture", "ssnnnnmn", "ssnnnngn", pk="next_logo.pk"),
    *each("own_card own_card_file", "ssoooonn", "mmmmmmmm"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {"founder": ("/pictures/", "/card/"), "curator": ("/desk/pictures/",)}
