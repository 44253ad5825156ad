"""Check the services and files of the settings before anything is begun."""
