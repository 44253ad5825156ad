"""Where mailed links lead, and where one asks for one."""
