"""People and groups of organisations: admitted, updated and suspended by their own directories."""
