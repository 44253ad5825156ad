"""Who is in a room: their roles, the way out, the way in, and what a room decides for them."""
