"""What the site's admins do about reports."""
