"""Log-in, cookies, and checks of who may see a page or send a request."""
