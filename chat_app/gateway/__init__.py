"""The gateway process: the models behind a gRPC service, apart from the app. It has neither pages nor a database."""
