"""`python -m chat_app`."""

import sys

from chat_app.launch.cli import main

sys.exit(main())
