"""The settings of a tool server."""

from typing import Any

from chat_app.core.tools.servers import Approval, ToolEndpoint


def endpoint(url: str, id_: str = "one", name: str = "Team glossary", approval: Approval = "always", **more: Any):
    return ToolEndpoint(id_, name, url, approval=approval, **more)
