"""What the tray says, in English and German; ``tray.language`` knows which. Pure; any thread."""

from dataclasses import dataclass

from photoseek.tray.language import show_number, speaks_german


@dataclass(frozen=True)
class TrayTexts:
    """One language; ``{}`` is a number or a name."""

    quick: str
    recent: str
    no_recent: str
    forget: str
    open: str
    start: str
    pause: str
    resume: str
    add_folder: str
    problems: str
    login: str
    quit: str
    quit_icon: str
    gone: str
    hangs: str
    starting: str
    indexing: str
    scanning: str
    downloading: str
    paused: str
    one_folder: str
    many_folders: str
    no_folder: str
    no_model: str
    offline: str
    thousands: str
    choose_folder: str
    added: str
    no_browser: str
    failed: str

    def number(self, count: int) -> str:
        """``8,310``."""
        return show_number(count, self.thousands)

    def watching(self, folders: int) -> str:
        """How many folders are watched."""
        if not folders:
            return self.no_folder
        return self.one_folder if folders == 1 else self.many_folders.format(self.number(folders))


ENGLISH = TrayTexts(
    quick="Quick search…",
    recent="Last searches",
    no_recent="None yet",
    forget="Forget them",
    open="Open photoseek",
    start="Start photoseek",
    pause="Pause indexing",
    resume="Go on indexing",
    add_folder="Add folder…",
    problems="Problems ({})",
    login="Start at login",
    quit="Quit",
    quit_icon="Quit the icon; photoseek goes on",
    gone="photoseek isn't running",
    hangs="photoseek doesn't answer",
    starting="photoseek is starting",
    indexing="Indexing {} of {}",
    scanning="Looking through the folders",
    downloading="Fetching the model",
    paused="Paused",
    one_folder="Watching 1 folder",
    many_folders="Watching {} folders",
    no_folder="No folder is watched yet",
    no_model="No model can be used",
    offline="Offline: {}",
    thousands=",",
    choose_folder="Which folder shall photoseek watch?",
    added="This folder is watched now",
    no_browser="There is no browser that could be opened.",
    failed="That didn't work",
)
GERMAN = TrayTexts(
    quick="Schnellsuche…",
    recent="Letzte Suchen",
    no_recent="Noch keine",
    forget="Vergessen",
    open="photoseek öffnen",
    start="photoseek starten",
    pause="Indizieren anhalten",
    resume="Weiter indizieren",
    add_folder="Ordner hinzufügen…",
    problems="Probleme ({})",
    login="Bei der Anmeldung starten",
    quit="Beenden",
    quit_icon="Symbol beenden; photoseek läuft weiter",
    gone="photoseek läuft nicht",
    hangs="photoseek antwortet nicht",
    starting="photoseek startet",
    indexing="Indiziert {} von {}",
    scanning="Sieht die Ordner durch",
    downloading="Holt das Modell",
    paused="Angehalten",
    one_folder="1 Ordner im Blick",
    many_folders="{} Ordner im Blick",
    no_folder="Noch kein Ordner im Blick",
    no_model="Kein Modell ist zu gebrauchen",
    offline="Offline: {}",
    thousands=".",
    choose_folder="Welchen Ordner soll photoseek im Blick behalten?",
    added="Dieser Ordner ist jetzt im Blick",
    no_browser="Es gibt keinen Browser, der sich öffnen ließe.",
    failed="Das hat nicht geklappt",
)


def find_tray_texts() -> TrayTexts:
    """In the language of whoever sits here."""
    return GERMAN if speaks_german() else ENGLISH
