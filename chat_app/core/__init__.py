"""The features of Parley, without a web framework, a vendor or a browser."""
