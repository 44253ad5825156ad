"""Storages of files: a local folder, or an S3 bucket."""
