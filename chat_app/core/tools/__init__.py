"""Tools: what models may call while they answer."""
