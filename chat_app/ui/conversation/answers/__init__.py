"""What the answers of models have beside their text."""
