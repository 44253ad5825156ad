"""The live feed's two ends on the server: what tabs are told, and what they may ask."""
