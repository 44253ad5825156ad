"""Start Parley: database, migrations, front-end build, server."""
