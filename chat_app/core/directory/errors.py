"""Errors of directories."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable


class DirectoryNotFound(NotFound):
    """The directory has provisioned no such person or group."""

    default_code = "directory_not_found"


class DirectoryConflict(Conflict):
    """Another person or group of the directory has this name."""

    default_code = "directory_conflict"


class DirectoryInvalid(Invalid):
    """A value of the directory cannot be kept."""

    default_code = "directory_invalid"


class DirectoryRefused(NotAllowed):
    """A directory may suspend neither the last admin, nor people who may always sign in by password."""

    default_code = "directory_refused"


class DirectoryDoubtful(Unavailable):
    """So many people are missing in a directory's list that it is more likely wrong than they have left."""

    default_code = "directory_doubtful"
