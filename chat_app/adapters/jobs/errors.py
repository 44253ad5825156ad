"""Keep the last error of each job, in a table beside Procrastinate's, which has none."""

from typing import Final

import structlog
from procrastinate import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

_KEEP: Final = """
    INSERT INTO procrastinate_errors (job_id, attempt, kind, message)
    VALUES (%(job)s, %(attempt)s, %(kind)s, %(message)s)
    ON CONFLICT (job_id) DO UPDATE
    SET attempt = excluded.attempt, kind = excluded.kind, message = excluded.message, at = now()
    """

log = structlog.get_logger()


async def keep_error(connector: BaseConnector, job: Job, kind: str, message: str) -> None:
    """Keep why an attempt failed; without a database it is in the log alone."""
    attempt = job.attempts + 1
    try:
        await connector.execute_query_async(_KEEP, job=job.id, attempt=attempt, kind=kind, message=message)
    except ConnectorException as error:
        log.warning("job_error_not_kept", job=job.id, error=type(error).__name__)
