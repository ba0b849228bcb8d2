"""numpy, imported so that arithmetic stays in its thread. By ``cli.run``, before any other of the daemon imports it.

OpenBLAS would share larger products of matrices out among a team, whose members wait for each other by spinning and
have memory of their own. While pictures are taken in, decoders and model have the processors: on two busy ones the best
of 100,000 photos for all reference texts took 1.8 to 3 s with a team, .8 s without. It reads the variable when it is
loaded; what the daemon starts doesn't inherit it.
"""

from photoseek.environment import variables

with variables(OPENBLAS_NUM_THREADS="1"):
    import numpy  # noqa: F401 - whoever needs it imports it as always
