"""A whole OpenStack Swift on this machine, with its S3 face: one disk, one copy of each object.

It needs Swift in an environment of its own (`python -m venv D; D/bin/pip install swift`): `SWIFT_ENVIRONMENT=D`.
"""

import os
import subprocess
from pathlib import Path

from tests.support.ports import free_port

USER, SECRET = "test:tester", "testing"
_SERVERS = ("account", "container", "object")
_STORE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_level = WARNING
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:copy]
use = egg:swift#copy
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
check_bucket_owner = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
"""


class Swift:
    """The processes, started by the first call of `start`."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self._bin, self._folder = environment / "bin", folder
        self._port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        user = os.environ.get("USER") or "root"
        (self._folder / "devices" / "d1").mkdir(parents=True)
        hashing = "[swift-hash]\nswift_hash_path_suffix = a\nswift_hash_path_prefix = b\n"
        hashing += "[storage-policy:0]\nname = one\ndefault = yes\n"
        (self._folder / "swift.conf").write_text(hashing)
        for kind in _SERVERS:
            port = free_port()
            self._ring(kind, port)
            self._run(kind, _STORE.format(port=port, user=user, folder=self._folder, kind=kind))
        self._run("proxy", _PROXY.format(port=self._port, user=user, folder=self._folder))

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def _ring(self, kind: str, port: int) -> None:
        builder = f"{kind}.builder"
        for words in (("create", "4", "1", "0"), ("add", f"r1z1-127.0.0.1:{port}/d1", "1"), ("rebalance",)):
            subprocess.run(
                [self._bin / "swift-ring-builder", builder, *words], cwd=self._folder, check=True, capture_output=True
            )

    def _run(self, kind: str, configuration: str) -> None:
        path = self._folder / f"{kind}.conf"
        path.write_text(configuration)
        with (self._folder / f"{kind}.log").open("wb") as log:
            command = [self._bin / f"swift-{kind}-server", path]
            environment = {**os.environ, "SWIFT_DIR": str(self._folder)}
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))
