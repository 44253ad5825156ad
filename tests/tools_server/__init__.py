"""A real server of MCP on loopback, by the same SDK."""
