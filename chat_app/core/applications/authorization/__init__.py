"""Sign people in to applications: requests, codes and tokens, by this server or by a Hydra."""
