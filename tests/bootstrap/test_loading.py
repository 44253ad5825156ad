"""A process loads what serves one part of a site only where that part is used: it takes seconds and memory."""

import subprocess
import sys

import pytest

from tests.support.site import ROOT

FOR_ONE_PART = {
    *("boto3", "botocore", "moto"),  # a bucket
    *("mcp", "mcp_types"),  # tool servers
    "grpc",  # a gateway of its own
    "litellm",  # models
    *("pypdfium2", "tinytag", "defusedxml", "chat_app.adapters.media.child"),  # files, which another process opens
}
PROGRAM = "import chat_app.bootstrap.process, chat_app.api.app, sys; print(*sys.modules)"


@pytest.mark.slow
def test_a_process_loads_no_library_of_a_part_that_its_site_does_not_use():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {".".join(name.split(".")[:count]) for name in done.stdout.split() for count in (1, 4)}
    assert loaded & FOR_ONE_PART == set()
