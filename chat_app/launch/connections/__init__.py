"""How connections are held by the server: what each may cost, and how long nothing may come of one."""
