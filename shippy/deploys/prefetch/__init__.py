"""Images that are on the hosts before anybody ships them."""
