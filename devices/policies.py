"""The statements that put a table behind the second wall; migrations run them, ``devices.wall`` fills them.

Who sees a device is said once, by the policy of ``devices_device``: all that hangs on a device asks whether
the device is seen. A table of a new kind of fact needs one line in the migration that creates it:
``migrations.RunSQL(policies.of_device("room_table"), policies.removed("room_table"))``.
"""

_EVERYTHING = "(SELECT jalon_everything())"
_OF_OWN = "organisation_id = ANY ((SELECT jalon_ids('own'))::uuid[])"
_OF_KEPT = "organisation_id = ANY ((SELECT jalon_ids('kept'))::uuid[])"
_KEEPS = "owner_id = ANY ((SELECT jalon_ids('kept'))::uuid[])"

ROLE = """
DO $$ DECLARE
    may text := CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END;
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jalon_app') THEN
            CREATE ROLE jalon_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN  -- another database of the cluster was faster
    END;
    IF NOT pg_has_role(current_user, 'jalon_app', may) THEN
        EXECUTE format('GRANT jalon_app TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'an administrator of PostgreSQL must first run'
        ' CREATE ROLE jalon_app NOLOGIN; GRANT jalon_app TO %;', quote_ident(current_user);
END $$;
GRANT USAGE ON SCHEMA public TO jalon_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO jalon_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO jalon_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jalon_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO jalon_app;
"""
FUNCTIONS = """
CREATE FUNCTION jalon_everything() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('jalon.reach', true), '') IN ('system', 'administrator')
$$;
CREATE FUNCTION jalon_ids(name text) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('jalon.' || name, true), ''), '{}')::uuid[]
$$;
CREATE FUNCTION jalon_on(name text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('jalon.' || name, true), '') = 'on'
$$;
CREATE FUNCTION jalon_person() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('jalon.person', true), '')::uuid
$$;
"""
FUNCTIONS_REMOVED = """
DROP FUNCTION jalon_everything();
DROP FUNCTION jalon_ids(text);
DROP FUNCTION jalon_on(text);
DROP FUNCTION jalon_person();
"""


def devices() -> str:
    """Return the policies of the devices: the one place that says which devices are seen."""
    return _behind(
        "devices_device",
        sees=(
            "owner_id = ANY ((SELECT jalon_ids('own'))::uuid[])"  # of the roles that see their organisation's
            " OR (published AND (SELECT jalon_on('published')))"
            f" OR {_granted('id')}"
        ),
        writes=_KEEPS,
    )


def of_device(table: str) -> str:
    """Return the policies of a table of facts of a device: seen with the device, written by who keeps it."""
    return _behind(
        table,
        sees=_exists("devices_device d", f"d.id = {table}.device_id"),
        writes=_exists("devices_device d", f"d.id = {table}.device_id AND d.{_KEEPS}"),
    )


def of_fact(table: str, parent: str) -> str:
    """Return the policies of a table of parts: as those of the fact that they are parts of."""
    kept = f"devices_device d ON d.id = f.device_id AND d.{_KEEPS}"
    return _behind(
        table,
        sees=_exists(f"{parent} f", f"f.id = {table}.parent_id"),
        writes=_exists(f"{parent} f JOIN {kept}", f"f.id = {table}.parent_id"),
    )


def of_organisation(table: str) -> str:
    """Return the policies of a table of facts of an organisation: seen by it, and with its devices."""
    roles = ("owner", "manufacturer", "exploitant", "authorised_representative", "host")
    holds = " OR ".join(f"d.{role}_id = {table}.organisation_id" for role in roles)
    return _behind(
        table,
        sees=f"{_OF_OWN} OR {_exists('devices_device d', holds)}",
        writes=_OF_KEPT,
    )


def computed(table: str) -> str:
    """Return the policies of what is computed for a device: seen with it, written by the system only."""
    return _behind(table, sees=_exists("devices_device d", f"d.id = {table}.device_id"), writes="false")


def changes() -> str:
    """Return the policies of the feed of changes: seen with the device; buyers see what was taken back."""
    table = "assessments_devicechange"
    seen = _exists("devices_device d", f"d.id = {table}.device_id")
    taken_back = "(what = 'withdrawn' AND (SELECT jalon_on('published')))"
    return _behind(table, sees=f"{seen} OR {taken_back}", writes="false")


def received(table: str) -> str:
    """Return the policies of what is sent to people: seen by its recipient, written by the system."""
    return _behind(table, sees="recipient_id = (SELECT jalon_person())", writes="false")


def events() -> str:
    """Return the policies of the trail: seen by the organisation, by auditors those of granted devices."""
    device = "CASE WHEN subject_type = 'device' THEN subject_id::uuid END"
    return _behind("audit_auditevent", sees=f"{_OF_OWN} OR {_granted(device)}", writes="false")


def documents() -> str:
    """Return the policies of documents: a published one is seen with its device, another with the whole."""
    whole = _whole()
    device, document = "devices_device d", "evidence_document"
    return _behind(
        document,
        sees=_exists(
            "devices_device d", f"d.id = {document}.device_id AND ({document}.published OR {whole})"
        ),
        writes=_exists(device, f"d.id = {document}.device_id AND d.{_KEEPS}"),
    )


def of_whole_device(table: str) -> str:
    """Return the policies of what is said of a device within: seen with its whole record, not by buyers."""
    return _behind(
        table,
        sees=_exists("devices_device d", f"d.id = {table}.device_id AND {_whole()}"),
        writes=_exists("devices_device d", f"d.id = {table}.device_id AND d.{_KEEPS}"),
    )


def roles_held() -> str:
    """Return the policies of the memberships: the door reads them all; who keeps the records writes theirs.

    Nobody but an administrator or the system makes an administrator.
    """
    return _behind("devices_membership", sees="true", writes=f"({_OF_KEPT} AND role <> 'administrator')")


def of_document() -> str:
    """Return the policies of versions of documents: as those of the document."""
    table, kept = "evidence_documentversion", f"devices_device d ON d.id = o.device_id AND d.{_KEEPS}"
    return _behind(
        table,
        sees=_exists("evidence_document o", f"o.id = {table}.document_id"),
        writes=_exists(f"evidence_document o JOIN {kept}", f"o.id = {table}.document_id"),
    )


def of_version() -> str:
    """Return the policies of what versions of documents show: as those of the version."""
    table = "evidence_documentlink"
    kept = (
        "evidence_document o ON o.id = v.document_id"
        f" JOIN devices_device d ON d.id = o.device_id AND d.{_KEEPS}"
    )
    return _behind(
        table,
        sees=_exists("evidence_documentversion v", f"v.id = {table}.version_id"),
        writes=_exists(f"evidence_documentversion v JOIN {kept}", f"v.id = {table}.version_id"),
    )


def files() -> str:
    """Return the policies of files, which organisations may share: seen with a version."""
    table = "evidence_blob"
    return _behind(
        table, sees=_exists("evidence_documentversion v", f"v.blob_id = {table}.sha256"), writes="false"
    )


def invitations() -> str:
    """Return the policies of invitations: of the organisation that sent them."""
    return _behind("devices_invitation", sees=_OF_OWN, writes=_OF_KEPT)


def kept_by_organisation(table: str) -> str:
    """Return the policies of what an organisation keeps for itself: seen and written by its own people."""
    return _behind(table, sees=_OF_OWN, writes=_OF_KEPT)


def grants() -> str:
    """Return the policies of grants: seen with the device and by their auditors, given by its keepers."""
    table, device = "devices_grant", "devices_device d"
    seen = _exists(device, f"d.id = {table}.device_id")
    return _behind(
        table,
        sees=f"user_id = (SELECT jalon_person()) OR {_OF_OWN} OR {seen}",
        writes=_exists(device, f"d.id = {table}.device_id AND d.{_KEEPS}"),
    )


def of_person(table: str) -> str:
    """Return the policies of what a person keeps for themselves."""
    own = "user_id = (SELECT jalon_person())"
    return _behind(table, sees=own, writes=own)


def of_person_or_organisation(table: str) -> str:
    """Return the policies of what lets programs in: of the person, and of who keeps the organisation."""
    own = f"user_id = (SELECT jalon_person()) OR {_OF_KEPT}"
    return _behind(table, sees=own, writes=own)


def webhook_endpoints() -> str:
    """Return the policies of webhook endpoints: of who keeps the organisation, and of the buyer."""
    own = f"(role = 'officer' AND {_OF_KEPT}) OR (role = 'buyer' AND user_id = (SELECT jalon_person()))"
    return _behind("webhooks_endpoint", sees=own, writes=own)


def webhook_watches() -> str:
    """Return the policies of what endpoints watch: as those of the endpoint, and only devices in view."""
    table = "webhooks_watch"
    endpoint = _exists("webhooks_endpoint e", f"e.id = {table}.endpoint_id")
    device = _exists("devices_device d", f"d.id = {table}.device_id")
    return _behind(table, sees=endpoint, writes=f"{endpoint} AND {device}")


def webhook_deliveries() -> str:
    """Return the policies of deliveries: seen with the endpoint, written by the system."""
    table = "webhooks_delivery"
    return _behind(table, sees=_exists("webhooks_endpoint e", f"e.id = {table}.endpoint_id"), writes="false")


def dossiers() -> str:
    """Return the policies of dossiers asked for: seen by who sees the whole record of all their devices."""
    table, devices = "dossiers_dossierrequest", "dossiers_dossierdevice o JOIN devices_device d"
    seen = (
        f"SELECT count(*) FROM {devices} ON d.id = o.device_id AND {_whole()}"  # noqa: S608 - names only
        f" WHERE o.dossier_id = {table}.id"
    )
    return _behind(table, sees=f"device_count = ({seen})", writes="false")


def dossier_devices() -> str:
    """Return the policies of the devices of dossiers: seen with the whole record of the device."""
    table = "dossiers_dossierdevice"
    whole = _exists("devices_device d", f"d.id = {table}.device_id AND {_whole()}")
    return _behind(table, sees=whole, writes="false")


def of_dossier(table: str) -> str:
    """Return the policies of what belongs to a dossier: seen with it, written by the system."""
    return _behind(
        table, sees=_exists("dossiers_dossierrequest r", f"r.id = {table}.dossier_id"), writes="false"
    )


def history() -> str:
    """Return the policies of the versions of rows: triggers add them, whoever writes; the system reads."""
    return _behind("audit_rowhistory", sees="false", writes="true")  # other writers: refused by a trigger


def of_system(table: str) -> str:
    """Return the policies of a table that only the system reads and writes."""
    return _behind(table, sees="false", writes="false")


def removed(table: str) -> str:
    """Return the statements that take a table from behind the wall."""
    kinds = ("sees", "inserts", "updates", "deletes")
    drops = " ".join(f"DROP POLICY jalon_{one} ON {table};" for one in kinds)
    return f"{drops} ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;"


def _behind(table: str, *, sees: str, writes: str) -> str:
    """Return four policies, for every role: without one for it, PostgreSQL refuses."""
    seen, written = f"({_EVERYTHING} OR {sees})", f"({_EVERYTHING} OR {writes})"
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY jalon_sees ON {table} FOR SELECT USING {seen};
        CREATE POLICY jalon_inserts ON {table} FOR INSERT WITH CHECK {written};
        CREATE POLICY jalon_updates ON {table} FOR UPDATE USING {written} WITH CHECK {written};
        CREATE POLICY jalon_deletes ON {table} FOR DELETE USING {written};
    """


def _whole() -> str:
    """Return the condition that the whole record of the device ``d`` is seen, and not only the answers."""
    return f"(d.owner_id = ANY ((SELECT jalon_ids('own'))::uuid[]) OR {_granted('d.id')})"


def _granted(device: str) -> str:
    return f"{device} = ANY ((SELECT jalon_ids('granted'))::uuid[])"


def _exists(source: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {source} WHERE {condition})"  # noqa: S608 - names of tables only
