"""Build the running app from settings and adapters, one file an area. The only place that chooses implementations."""

from chat_app.bootstrap.process import Runtime, build, runtime
from chat_app.bootstrap.sign_in.providers import kratos_config

__all__ = ["Runtime", "build", "kratos_config", "runtime"]
