"""Finding people, contacts, blocks, presence."""
