"""Everything that starts Parley: database, migrations, front-end build, server."""
