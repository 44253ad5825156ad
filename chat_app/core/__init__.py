"""What Parley does, told without a web framework, a vendor or a browser."""
