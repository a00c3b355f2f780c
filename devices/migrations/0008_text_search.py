"""How texts are searched: in French by their stems, and as written, both without accents.

There is no index on these vectors on purpose: every table that is searched stands behind row-level security,
and PostgreSQL asks no index about a row before its policy has let it pass, unless the operator is leakproof,
which neither ``@@`` nor ``ILIKE`` is. The policies find the caller's rows by their own indexes; the texts of
those alone are read.
"""

from django.db import migrations

FRENCH = """
CREATE TEXT SEARCH CONFIGURATION jalon_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION jalon_french
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
"""
WRITTEN = """
CREATE TEXT SEARCH CONFIGURATION jalon_written (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION jalon_written
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0007_second_wall")]

    operations = [
        migrations.RunSQL(FRENCH, "DROP TEXT SEARCH CONFIGURATION jalon_french"),
        migrations.RunSQL(WRITTEN, "DROP TEXT SEARCH CONFIGURATION jalon_written"),
    ]
