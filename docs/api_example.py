"""Print your matches: python api_example.py https://corridor.example corridor_…"""

import json
import sys
from urllib.request import Request, urlopen


def read(site, token, path):
    """Return one answer of the API."""
    asked = Request(f"{site}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    with urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def everything(site, token, path):
    """Give the items of all pages."""
    cursor = ""
    while cursor is not None:
        page = read(site, token, f"{path}?limit=100&cursor={cursor}")
        yield from page["items"]
        cursor = page["next"]


if __name__ == "__main__":
    for match in everything(*sys.argv[1:3], "matches"):
        print(match["position"], match["score"], match["profile"]["name"], *match["reasons"], sep="\t")
