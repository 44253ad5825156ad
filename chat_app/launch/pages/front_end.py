"""Build the production front end, again only when its inputs have changed."""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from chat_app.starting.errors import LaunchError

BUILD = Path(".web/build")
_STAMP = BUILD / "fingerprint"  # Reflex empties the folder before it builds: no stamp without a whole build
_LOG = Path(".web/build.log")
_EXCLUSIVE = Path(".web.lock")  # beside .web, which Reflex's first build removes whole
_INPUTS = (
    "assets",
    "chat_app/ui",
    "chat_app/locales",
    "chat_app/catalogues.py",
    "chat_app/core",  # pages show its limits, roles and view classes
    "chat_app/chat_app.py",
    "chat_app/settings",
    "chat_app/launch/pages/one_origin.py",
    "chat_app/launch/pages/locales.py",
    "chat_app/launch/pages/preloads.py",
    "chat_app/launch/pages/shared_script.py",
    "chat_app/launch/pages/front_end.py",
    "rxconfig.py",
    "requirements.txt",
)
_LOCK = ("reflex.lock",)  # of npm; the build itself may write it
_REASON = re.compile(r"^(\w[\w.]*(Error|Exception)\b|\[[A-Z_]{3,}\] |npm error).*", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_COMMAND = ("-m", "reflex", "export", "--frontend-only", "--no-zip", "--no-ssr", "--loglevel", "warning")


def build(root: Path) -> bool:
    """Build the pages of the checkout at `root` if needed; return whether it was. Raises `LaunchError`."""
    with (root / _EXCLUSIVE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources, stamp = fingerprint(root, _INPUTS), root / _STAMP
        if stamp.exists() and stamp.read_text() == sources + fingerprint(root, _LOCK):
            return False
        check_no_links(root)
        _export(root)
        stamp.write_text(sources + fingerprint(root, _LOCK))
        return True


def check_no_links(root: Path) -> None:
    """Raise a `LaunchError` where a folder that Reflex empties before it builds is a link to another one."""
    for folder in (root / BUILD.parent, root / BUILD):
        if folder.is_symlink():
            name = folder.relative_to(root)
            raise LaunchError(
                f"{name} is a link to {folder.readlink()}. A build empties it, and Parley does not empty folders that"
                f" links lead to: remove the link (rm {name}), and start again."
            )


def fingerprint(root: Path, names: Iterable[str]) -> str:
    """Return a hash over the names and contents of these files and folders."""
    digest = hashlib.sha256()
    for path in _files(root / name for name in names):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file() and _counts(each))
        elif path.exists():
            yield path


def _counts(path: Path) -> bool:
    """Return whether a file counts: files that running and compiling write do not."""
    return "__pycache__" not in path.parts and path.parts[-2:-1] != ("external",)


def tool_environment() -> dict[str, str]:
    """Return the environment in which Reflex finds the Node.js of the requirements."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "REFLEX_USE_NPM": "1",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "npm_config_omit_lockfile_registry_resolved": "true",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
    }


def _export(root: Path) -> None:
    print("Building the pages …", flush=True)
    command, environment = [sys.executable, *_COMMAND], tool_environment()
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    # Written afterwards, for Reflex's first build in a checkout begins with removing the whole of .web.
    (root / _LOG).parent.mkdir(exist_ok=True)
    (root / _LOG).write_text(done.stdout)
    if done.returncode:
        why = _REASON.search(_COLOUR.sub("", done.stdout))
        raise LaunchError(f"The pages cannot be built: {why[0] if why else ''} ({root / _LOG})")
