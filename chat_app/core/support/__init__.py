"""Help by the site's support: asking for it, and taking conversations over."""
