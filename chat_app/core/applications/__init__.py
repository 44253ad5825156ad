"""Applications that people sign in to by their account here: Parley as the provider."""
