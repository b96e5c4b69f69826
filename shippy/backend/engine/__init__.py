"""A client for the Docker Engine API, made of what its calls need and no more. It knows nothing of shippy.

What this package promises: every connection is closed or kept, whoever is killed meanwhile; a connection whose call was
killed, timed out or broke is never used again; nothing is taken from the environment but the credentials that
`docker login` has left.
"""
