"""The live feed's last mile: sockets, pace, and the state by which it reaches the browser."""
