"""Named groups of people, each kept by one person for themselves: to invite them together."""
