"""Errors of files."""

import errno

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class AttachmentNotFound(NotFound):
    """No such file, or not for the actor."""

    default_code = "attachment_not_found"


class FileRefused(Invalid):
    """A file is not accepted. The code says why."""

    default_code = "file_type_refused"


class FileTooLarge(FileRefused):
    """A file is larger than ``maximum`` bytes."""

    default_code = "file_too_large"


class QuotaFull(Conflict):
    """There is no space left for a file; the code says whose limit is reached."""

    default_code = "quota_person_full"


class FileNotReady(Conflict):
    """The bytes of a file have not all come."""

    default_code = "file_not_ready"


class AttachmentsTooMany(Invalid):
    """A message has ``maximum`` files at most."""

    default_code = "attachments_limit"


class ScannerAway(Unavailable):
    """The virus scanner does not answer, so no file is accepted."""

    default_code = "scanner_away"


class StorageAway(Unavailable):
    """The storage does not answer."""

    default_code = "storage_away"


class StorageFull(Unavailable):
    """The storage has no space left."""

    default_code = "storage_full"


def disk_failed(error: OSError) -> StorageAway | StorageFull:
    """Return the domain error for the error of a disk."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return StorageFull() if full else StorageAway()
