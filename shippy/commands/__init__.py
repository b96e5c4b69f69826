"""What people can type: a file a command, and a `table` of them.

`parser` makes a typed command of a text, `rights` says who may, and `dispatch` runs it and answers.
"""
