"""The pages of the site's groups, invitations, usage and storage, for its staff."""
