"""Sign-in through accounts elsewhere: at Google, GitHub or any OpenID provider."""
