"""The queue of jobs: Procrastinate's own tables, and a job for each mail that waits."""

from importlib.metadata import version
from importlib.resources import files

import sqlalchemy as sa
from alembic import op

revision = "a41f6d2c98b7"
down_revision = "e81b3d5a7c20"
branch_labels = None
depends_on = None

QUEUE_WAITING_MAILS = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
    SELECT 'send_mail', 'send_mail', jsonb_build_object('mail', id), next_at
    FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL
"""


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table("procrastinate_jobs"):
        schema = (files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(schema, execution_options={"no_parameters": True})
        # So that the migration that follows a newer version of the package knows where it begins.
        op.execute(f"COMMENT ON TABLE procrastinate_jobs IS 'procrastinate {version('procrastinate')}'")
    op.execute(QUEUE_WAITING_MAILS)
    op.drop_index("ix_mails_waiting", table_name="mails")


def downgrade() -> None:
    op.create_index(
        "ix_mails_waiting",
        "mails",
        ["next_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.execute(
        "DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE"
    )
    op.execute("""
        DO $$ DECLARE gone regprocedure; BEGIN
            FOR gone IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate_%'
                AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || gone || ' CASCADE'; END LOOP;
        END $$
    """)
    for name in ("procrastinate_job_to_defer_v1", "procrastinate_job_status", "procrastinate_job_event_type"):
        op.execute(f"DROP TYPE {name}")
