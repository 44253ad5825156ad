"""Members of a room: roles, joining and leaving, and the room's settings for them."""
