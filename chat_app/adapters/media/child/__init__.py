"""The child process that looks into files. Nothing of the server is imported here but names of errors and kinds."""
