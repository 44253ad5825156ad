"""The page of tool servers, and the tools of a room."""
