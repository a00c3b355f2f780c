from django.db import migrations


class Migration(migrations.Migration):
    """Write the addresses of people in small letters: as they are looked up at login."""

    dependencies = [("devices", "0002_user_language")]

    operations = [
        migrations.RunSQL(
            "UPDATE devices_user SET email = lower(email) WHERE email <> lower(email)",
            migrations.RunSQL.noop,
        ),
    ]
