"""How live ops reach every process that holds listeners."""
