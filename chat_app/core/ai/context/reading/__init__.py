"""Read from the database what prompts are made of, and what models were given."""
