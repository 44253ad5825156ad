"""Search for people, contacts, blocks, presence."""
