"""The transport of the live feed to browsers: sockets, pacing, and the state that receives events."""
