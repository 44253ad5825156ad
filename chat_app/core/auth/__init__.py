"""Sessions, passwords, the second factor, tokens, mailed links."""
