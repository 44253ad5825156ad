"""Build the model gateway, the answer worker and the toolbox."""
