"""Settlement: store what payment providers report, and grant the credits that were paid for."""
