"""The site's settings, which its admins change, and who may sign up."""
