"""What the API's document calls by a name of its own, made real for schemathesis, which loads this in its process.

A query of the grammar, the id of a photo that is there, a folder that can be watched, a cursor: JSON Schema can't say
those. ``PHOTOSEEK_TRIED`` is JSON: {"ids": […], "folders": […]}.
"""

import json
import os

import schemathesis
from hypothesis import strategies as st

TRIED = json.loads(os.environ["PHOTOSEEK_TRIED"])

letters = st.characters(codec="utf-8", exclude_characters='\0":', exclude_categories=["Cs"])
words = st.text(letters, min_size=1, max_size=40).filter(str.strip)

schemathesis.openapi.format("photo-query", words.map('"{}"'.format))
schemathesis.openapi.format("photo-id", st.sampled_from(TRIED["ids"]))
schemathesis.openapi.format("folder-path", st.sampled_from(TRIED["folders"]))
schemathesis.openapi.format("cursor", st.just(""))
