"""Settings of models, of their gateway, and of tools."""
