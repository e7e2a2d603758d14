"""A number belongs to one approved company; unread claims neither hold it nor tell of themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0004_role_in_the_trail'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='investor',
            name='investor_registry',
        ),
        migrations.RemoveConstraint(
            model_name='startup',
            name='startup_registration',
        ),
        migrations.AddConstraint(
            model_name='investor',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'approved'), models.Q(('submitted_at__isnull', True), ('reviewed_at__gte', models.F('submitted_at')), _connector='OR'), models.Q(('registry_id', ''), _negated=True)), fields=('registry_id',), name='investor_approved_registry'),
        ),
        migrations.AddConstraint(
            model_name='startup',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'approved'), models.Q(('submitted_at__isnull', True), ('reviewed_at__gte', models.F('submitted_at')), _connector='OR'), models.Q(('registration_number', ''), _negated=True)), fields=('registration_number',), name='startup_approved_registration'),
        ),
    ]
