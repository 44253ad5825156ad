"""Count requests and traffic by origin in this process: for the server, the guards around the app, and the feed."""
