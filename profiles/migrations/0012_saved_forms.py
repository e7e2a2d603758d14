from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0011_filters_in_an_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='formdraft',
            name='saved_forms',
            field=models.JSONField(db_default=Value([], output_field=models.JSONField()), default=list, editable=False),
        ),
    ]
