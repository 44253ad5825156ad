"""Named lists of people, each owned by one person, for inviting them together."""
