"""Limits are counted in token buckets that every process shares."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0005_numbers_bind_once_approved'),
    ]

    operations = [
        migrations.CreateModel(
            name='LimitBucket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=120, unique=True, verbose_name='what and for whom')),
                ('full_at', models.DateTimeField(db_index=True, editable=False, verbose_name='full again')),
            ],
            options={
                'verbose_name': 'used limit',
                'verbose_name_plural': 'used limits',
                'ordering': ['pk'],
            },
        ),
    ]
