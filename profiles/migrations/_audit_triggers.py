"""The database itself refuses to remove audit records, and to change anything but the seal of one that has none."""

COLUMNS = ("id", "at", "actor_id", "action", "subject", "details")
SAME = " AND ".join(f"NEW.{name} IS {{same}} OLD.{name}" for name in COLUMNS)
SEALS = f"OLD.hash IS NULL AND NEW.hash IS NOT NULL AND {SAME}"
REFUSAL = "audit records are append-only"
SQLITE = {
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON profiles_auditrecord"
    f" WHEN NOT ({SEALS.format(same='')})"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END": "DROP TRIGGER IF EXISTS audit_no_update",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON profiles_auditrecord"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END": "DROP TRIGGER IF EXISTS audit_no_delete",
}
POSTGRESQL = {
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF TG_OP = 'UPDATE' THEN IF {SEALS.format(same='NOT DISTINCT FROM')} THEN RETURN NEW; END IF; END IF;"
    f" RAISE EXCEPTION '{REFUSAL}'; END $$": "DROP FUNCTION IF EXISTS audit_append_only()",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON profiles_auditrecord"
    " FOR EACH ROW EXECUTE FUNCTION audit_append_only()": "DROP TRIGGER IF EXISTS audit_no_change ON profiles_auditrecord",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON profiles_auditrecord"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()": "DROP TRIGGER IF EXISTS audit_no_truncate ON profiles_auditrecord",
}
GUARDS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def guard(apps, schema_editor):
    """Put the triggers in place."""
    for statement in GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    """Take the triggers away."""
    for statement in reversed(GUARDS[schema_editor.connection.vendor].values()):
        schema_editor.execute(statement)
