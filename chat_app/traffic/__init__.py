"""How much comes from whom, counted in this process: for the server, the guards around the app, and the feed."""
