"""The moderation page of the site's admins."""
