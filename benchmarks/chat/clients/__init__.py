"""Chat bots that hear everything and answer to one command, each a program of its own: those beside shippy."""
