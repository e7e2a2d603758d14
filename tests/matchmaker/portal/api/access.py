"""Who may open the page of tokens; the API itself opens to no session (tests/house/access.py)."""

from tests.house.access import at

OPEN_BY_TOKEN = (
    ("profile", {}),
    ("matches", {}),
    ("match", {"public_id": "investor.public_id"}),
    ("introductions", {}),
    ("introduction", {"public_id": "investor.public_id"}),
    ("directory", {"side": "=startup"}),
)
ADDRESSES = (
    at("api_tokens", "ssooooon", "ssmmmmmn"),
    at("api_token_make", "ssmmmmmn", "ssiiiiin"),
    at("api_token_revoke", "ssmmmmmn", "ssnnnnnn"),
    at("api:openapi-json", "oooooooo", "mmmmmmmm"),
    at("api:api-root", "nnnnnnnn", "nnnnnnnn"),
    at("api_absent", "nnnnnnnn", "nnnnnnnn", path="=v1/secrets"),
    *(at(f"api:{name}", "uuuuuuuu", "mmmmmmmm", **subject) for name, subject in OPEN_BY_TOKEN),
)
PAGES = {"partner": ("/tokens/",)}
