"""Report what models did: for a person, in a room, and on the whole site."""
