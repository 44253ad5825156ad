"""What the site has mailed."""
