"""What all tables and their errors have in common."""
