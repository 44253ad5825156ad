"""What models did for people, and what is left of their balances."""
