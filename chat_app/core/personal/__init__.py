"""Export and delete a person's own data."""
