import django.contrib.postgres.search
from django.db import migrations

# The same words as ``operations`` writes from now on, for the answers that are there already.
WORDS = """
SELECT set_config('jalon.reach', 'system', true);
UPDATE assessments_deviceassessment a
SET words = to_tsvector('jalon_french', t.said) || to_tsvector('jalon_written', t.said)
FROM (
    SELECT d.id, concat_ws(' · ', d.name, m.name, e.name, nullif(d.description, ''), nullif(d.emdn, '')) AS said
    FROM devices_device d
    LEFT JOIN devices_organisation m ON m.id = d.manufacturer_id
    LEFT JOIN devices_organisation e ON e.id = d.exploitant_id
) t
WHERE t.id = a.device_id;
SELECT set_config('jalon.reach', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_dates_that_moved"),
        ("devices", "0008_text_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="deviceassessment",
            name="words",
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
