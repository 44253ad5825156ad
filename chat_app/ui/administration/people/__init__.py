"""The pages of accounts, and of invitations to the site."""
