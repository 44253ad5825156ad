"""Connections of the server: the limits of what each may cost, and of how long one may stay silent."""
