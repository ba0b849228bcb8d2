"""How each JSON shape of ``wire`` is made from what the rooms speak of; a module a subject.

Used by the routes, the guard and, for what it prints as JSON itself, ``cli``. Pure; any thread.
"""

from photoseek.api.answers.errors import error_body
from photoseek.api.answers.events import event_body
from photoseek.api.answers.folders import folder_body, folders_body, new_folder_body
from photoseek.api.answers.models import model_body, models_body
from photoseek.api.answers.photos import additions_body, duplicates_body, files_body, opened_body, photo_body
from photoseek.api.answers.searching import grammar_body, hit_body, search_body
from photoseek.api.answers.status import indexing_body, problems_body, status_body

__all__ = [
    "additions_body",
    "duplicates_body",
    "error_body",
    "event_body",
    "files_body",
    "folder_body",
    "folders_body",
    "grammar_body",
    "hit_body",
    "indexing_body",
    "model_body",
    "models_body",
    "new_folder_body",
    "opened_body",
    "photo_body",
    "problems_body",
    "search_body",
    "status_body",
]
