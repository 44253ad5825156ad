"""What the site's administrators look after."""
