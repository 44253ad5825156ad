"""Connections to providers of models that the site's admins manage, and which models they offer."""
