"""The gateway's proto file, and what `make proto` generates from it."""
