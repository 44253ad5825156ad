"""People and groups of organisations: let in, kept up to date and suspended by their own directories."""
