"""What lies in a folder, and how that differs from what is known: walk, compare, hash. Opens no picture.

Called by ``library`` in threads: all of it blocks but ``compare``, which is pure.
"""

from photoseek.scanning.comparing import compare
from photoseek.scanning.folders import check_new_folder
from photoseek.scanning.hashing import hash_file
from photoseek.scanning.walking import Walk, is_ignored, walk

__all__ = ["Walk", "check_new_folder", "compare", "hash_file", "is_ignored", "walk"]
