"""The page on which people allow an application to see who they are."""
