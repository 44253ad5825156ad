"""SCIM 2.0, by which directories provision people and groups."""

PREFIX = "/scim/v2"
