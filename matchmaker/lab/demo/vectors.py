"""The vectors of the demonstration's texts, so that nobody waits until they are computed again."""

import csv
from base64 import b64decode, b64encode

from matchmaker.lab.demo.companies import table_rows
from matchmaker.matching.ranking.services import embeddings
from matchmaker.models.ranking import TextVector
from profiles.catalogue.taxonomy.selectors.tables import DATA

TABLE = "demo_vectors"
COLUMNS = ("text_hash", "model_version", "vector")


def load() -> None:
    """Save the vectors that the table has of the texts as they are now; the rankings compute the others."""
    rows = [row for row in table_rows(TABLE) if row["model_version"] == embeddings.model()]
    embeddings.save_known({row["text_hash"]: b64decode(row["vector"]) for row in rows})


def write() -> None:
    """Write the table from the vectors of this database."""
    rows = TextVector.objects.order_by("text_hash").values_list(*COLUMNS).distinct()
    with (DATA / f"{TABLE}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows((*names, b64encode(vector).decode()) for *names, vector in rows)
