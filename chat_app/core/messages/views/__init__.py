"""Messages as REST and the live feed give them."""
