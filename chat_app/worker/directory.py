"""Check regularly who is still listed in the directory that has people's passwords."""

from typing import Final

from chat_app.core.directory.leavers import follow_directory
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.ports import PasswordDirectory
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.jobs import Handler, JobAttempt, JobKind, Retry

FOLLOW_DIRECTORY: Final = JobKind("follow_directory", Retry(attempts=1), cron="*/15 * * * *")


def directory_handler(work: UnitOfWork, directory: PasswordDirectory) -> Handler:
    """Return what asks the directory. One that is away is asked again next time; a doubtful list is a failed job."""

    async def follow(_: JobAttempt) -> None:
        asked_at = work.clock()
        try:
            listed = await directory.listed()
        except ProviderUnavailable:
            return
        async with work.begin() as ctx:
            await follow_directory(ctx, directory.issuer, listed, asked_at)

    return follow
