"""What becomes of what providers say: notices, purchases, and the credits that are due for them."""
