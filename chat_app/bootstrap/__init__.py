"""Settings → adapters → the running app, one file an area. The only place that picks implementations."""

from chat_app.bootstrap.process import Runtime, build, runtime
from chat_app.bootstrap.sign_in import kratos_config

__all__ = ["Runtime", "build", "kratos_config", "runtime"]
