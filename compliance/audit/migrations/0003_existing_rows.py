"""The history of the rows that were there before it: one version each, dated by when it was recorded."""

from django.db import migrations

# Rows without an instant of their own: a part is as old as its fact, a source as old as this migration.
INSTANTS = {"recorded_at": "one.recorded_at", "created_at": "one.created_at"}
HOLDERS = ("parent_id", "device_id", "organisation_id")
APPS = ("devices", "ce_marking", "cnedimts", "listing", "ans", "ai_act", "data")

# After this, only the triggers of the tables write: a statement of a session runs them one level deeper.
GUARD = """
CREATE FUNCTION audit_refuse_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the history of rows is written by triggers only: INSERT refused'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_no_insert BEFORE INSERT ON audit_rowhistory
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_insert();
ALTER TABLE audit_rowhistory ENABLE ALWAYS TRIGGER audit_no_insert;
"""
UNGUARDED = """
DROP TRIGGER audit_no_insert ON audit_rowhistory;
DROP FUNCTION audit_refuse_insert();
"""


def keep_existing(apps, schema_editor):
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            if any(one.name == "kept" for one in getattr(model._meta, "triggers", ())):
                schema_editor.execute(_statement(model))


def _statement(model):
    table, columns = model._meta.db_table, {one.column for one in model._meta.concrete_fields}
    holder = next((f"one.{name}" for name in HOLDERS if name in columns), "one.id")
    instant = next((sql for name, sql in INSTANTS.items() if name in columns), "transaction_timestamp()")
    join = ""
    if "parent_id" in columns:
        parent = model._meta.get_field("parent").related_model._meta.db_table
        join, instant = f'JOIN "{parent}" parent ON parent.id = one.parent_id', "parent.recorded_at"
    return f"""
        INSERT INTO audit_rowhistory
            ("table", row_id, holder_id, operation, "row", at, actor, in_operation, transaction_id)
        SELECT '{table}', one.id, {holder}, 'EXISTING', to_jsonb(one), {instant}, session_user, false,
            pg_current_xact_id()::text::bigint
        FROM "{table}" one {join}
        WHERE NOT EXISTS (SELECT FROM audit_rowhistory known WHERE known.row_id = one.id)
    """  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_row_history"),
        ("devices", "0006_row_history"),
        ("ce_marking", "0004_row_history"),
        ("cnedimts", "0004_row_history"),
        ("listing", "0004_row_history"),
        ("ans", "0003_row_history"),
        ("ai_act", "0003_row_history"),
        ("data", "0002_row_history"),
    ]

    operations = [
        migrations.RunPython(keep_existing, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNGUARDED),
    ]
