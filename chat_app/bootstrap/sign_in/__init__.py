"""Build the services by which people sign in."""
