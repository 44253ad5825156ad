"""The objects of files in the storage: receiving, examining and creating them, and deleting those that nobody can see."""
