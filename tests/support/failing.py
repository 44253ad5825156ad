"""A storage that fails where a test wants it to."""

from typing import Any

from chat_app.core.files.errors import StorageAway
from chat_app.core.files.storage.ports import Storage


class Failing:
    """A storage of which one method fails, once it has done its work or before."""

    def __init__(self, real: Storage, method: str, *, after: bool = False) -> None:
        self._real, self._method, self._after = real, method, after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name != self._method:
            return real

        async def fail(*args: Any) -> Any:
            if self._after:
                await real(*args)
            raise StorageAway()

        return fail
