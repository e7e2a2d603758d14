"""What the workers of a run share comes from a shared folder into the database."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


def keep_uncompressed(apps, schema_editor):
    """Store the bytes as they are, beside their row: they are packed numbers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE matchmaker_runfilepart ALTER COLUMN content SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    """RunFile and RunFilePart."""

    dependencies = [
        ('matchmaker', '0002_ranking_storage'),
    ]

    operations = [
        migrations.CreateModel(
            name='RunFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('size', models.PositiveBigIntegerField(verbose_name='bytes')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='matchmaker.rankingrun')),
            ],
            options={
                'verbose_name': 'file of a re-ranking',
                'verbose_name_plural': 'files of re-rankings',
                'ordering': ['run', 'name', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RunFilePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('content', models.BinaryField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='matchmaker.runfile')),
            ],
            options={
                'verbose_name': 'part of a file',
                'verbose_name_plural': 'parts of files',
                'ordering': ['file', 'number'],
                'constraints': [models.UniqueConstraint(fields=('file', 'number'), name='runfilepart_once')],
            },
        ),
        migrations.RunPython(keep_uncompressed, migrations.RunPython.noop),
    ]
