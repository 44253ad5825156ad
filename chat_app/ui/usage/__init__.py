"""People's usage of models, and their balances."""
