"""The page of the connections to providers of models, and of the offered models."""
