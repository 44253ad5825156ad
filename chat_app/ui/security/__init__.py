"""Settings of signing in: email, password, second factor, sessions, API tokens."""
