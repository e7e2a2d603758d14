"""Who is asked more than it can answer is counted from the requests themselves, not from places on lists."""

from django.db import migrations


class Migration(migrations.Migration):
    """A re-ranking no longer says who stands on too many lists."""

    dependencies = [("matchmaker", "0004_handicaps")]

    operations = [migrations.RemoveField("rankingrun", "crowded")]
