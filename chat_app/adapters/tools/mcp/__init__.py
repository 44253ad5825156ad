"""The tools of tool servers, by MCP."""
