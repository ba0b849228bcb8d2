"""What the quick-search window says, in English and German; ``tray.language`` knows which. Pure; any thread."""

from dataclasses import dataclass

from photoseek.tray.language import show_number, speaks_german


@dataclass(frozen=True)
class QuickTexts:
    """One language; ``{}`` is what stands in the name of the field, or a number."""

    placeholder: str
    idle: str
    one_photo: str
    many_photos: str
    thousands: str
    recent: str
    one_fits: str
    many_fit: str
    nothing_fits: str
    fit_less: str
    nearest: str
    nothing_passes: str
    no_photos: str
    gone: str
    back: str
    waking: str
    copied: str
    away: str
    open: str
    show: str
    page: str
    leave: str
    enter: str

    def fit(self, good: int) -> str:
        """How many photos fit well."""
        return self.one_fits if good == 1 else self.many_fit.format(show_number(good, self.thousands))

    def searchable(self, photos: int) -> str:
        """How many photos there are."""
        return self.one_photo if photos == 1 else self.many_photos.format(show_number(photos, self.thousands))


ENGLISH = QuickTexts(
    placeholder="What do you want to see?",
    idle="Say what the photo shows:\na dog on the beach, two people on a bench",
    one_photo="1 photo to search",
    many_photos="{} photos to search",
    thousands=",",
    recent="Searched before",
    one_fits="1 photo fits well",
    many_fit="{} photos fit well",
    nothing_fits="Nothing here fits “{}”",
    fit_less="These fit less well",
    nearest="The nearest there are",
    nothing_passes="No photo passes these filters",
    no_photos="No photos yet: they come as soon as photoseek has found them in your folders",
    gone="photoseek is not running. Start it with “photoseek start”; this window will notice.",
    back="photoseek is back",
    waking="The model is being loaded into memory. This takes a few seconds.",
    copied="The path is in the clipboard",
    away="Its disk is away",
    open="open",
    show="in folder",
    page="page",
    leave="away",
    enter="Enter",
)

GERMAN = QuickTexts(
    placeholder="Was möchtest du sehen?",
    idle="Sag, was auf dem Foto ist:\nein Hund am Strand, zwei Menschen auf einer Bank",
    one_photo="1 Foto zu durchsuchen",
    many_photos="{} Fotos zu durchsuchen",
    thousands=".",
    recent="Schon gesucht",
    one_fits="1 Foto passt gut",
    many_fit="{} Fotos passen gut",
    nothing_fits="Hier passt nichts zu „{}“",
    fit_less="Diese passen weniger gut",
    nearest="Was am nächsten kommt",
    nothing_passes="Kein Foto kommt durch diese Filter",
    no_photos="Noch keine Fotos: sie kommen, sobald photoseek sie in deinen Ordnern gefunden hat",
    gone="photoseek läuft nicht. Starte es mit „photoseek start“; dieses Fenster merkt es.",
    back="photoseek ist wieder da",
    waking="Das Modell wird in den Speicher geladen. Das dauert einige Sekunden.",
    copied="Der Pfad ist in der Zwischenablage",
    away="Sein Datenträger ist nicht da",
    open="öffnen",
    show="im Ordner",
    page="Seite",
    leave="weg",
    enter="Eingabe",
)


def find_quick_texts() -> QuickTexts:
    """The person's language."""
    return GERMAN if speaks_german() else ENGLISH
