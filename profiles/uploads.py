"""How large uploads may be, in megabytes: one table for the settings, the proxy and the words of pages."""

MB = 1024 * 1024
FILE, TABLE, TREE, DECK = 8, 20, 1, 30  # a document or picture, an import, the tree of sectors, a deck
FORM = 1  # of what is typed beside a file
# By the start of the addresses that take them. deploy/nginx.conf has a line for each.
UPLOADS = {
    "/anymail/": FILE,  # a reply by email, with what is attached
    "/conversations/": FILE,
    "/pictures/": FILE,
    "/evidence/add/": FILE,
    "/deck/": DECK,
    "/programmes/": FILE,
    "/desk/imports/": TABLE,
    "/desk/taxonomy/import/": TREE,
}
