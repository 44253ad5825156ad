"""The objects of files in the storage: received, examined, made by models, deleted once nobody can see them."""
