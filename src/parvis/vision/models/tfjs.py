"""placeholder"""

VERSION = 1


def translate(graph):
    raise NotImplementedError
