"""The page of webhooks: what payment providers sent, and the alerts that the site sends."""
