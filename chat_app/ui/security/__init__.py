"""How one signs in: email, password, second factor, sessions, API tokens."""
