"""The trail knows two more acts: a role given or taken, records exported."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0003_mails_are_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditrecord',
            name='action',
            field=models.CharField(choices=[('signed_up', 'Signed up'), ('invited', 'Invited a colleague'), ('joined', 'Joined a team'), ('left', 'Left a team'), ('edited', 'Edited a profile'), ('submitted', 'Submitted a profile'), ('approved', 'Approved a profile'), ('returned', 'Returned a profile'), ('rejected', 'Rejected a profile'), ('consented', 'Gave or withdrew consent'), ('imported', 'Imported records'), ('taxonomy', 'Changed the taxonomy'), ('boosted', 'Boosted a pairing'), ('hidden', 'Hid a pairing'), ('released', 'Released a pairing'), ('weights', 'Changed the weights'), ('ranked', 'Asked for a re-ranking'), ('shortlisted', 'Changed a shortlist'), ('passed', 'Passed or took it back'), ('interested', 'Said or withdrew interest'), ('viewed', 'Opened restricted fields'), ('exported', 'Exported records'), ('role', 'Gave or took a role'), ('mailed', 'Took a mail up again')], max_length=16, verbose_name='what'),
        ),
    ]
