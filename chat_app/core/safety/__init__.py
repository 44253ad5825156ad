"""Reports, the site admins' actions on them, and the log of those."""
