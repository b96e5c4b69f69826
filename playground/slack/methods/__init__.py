"""The Web API's methods, a file a family. Each takes a Call and returns the answer, or raises Refused."""
