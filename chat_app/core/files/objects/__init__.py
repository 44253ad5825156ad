"""The objects of files in the storage: receiving, examining, creating and deleting them."""
