"""Different pictures that look alike, drawn by a seeded generator: papers of one firm, screens of one program, …

Each kind draws one of its pictures by number. What is the same in all of a kind is its frame; what differs is what
makes them different to a person: the text, the rows, the curve, the face.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Random = np.random.Generator
Draw = ImageDraw.ImageDraw
Font = ImageFont.FreeTypeFont

PAPER, PHONE, WIDE, PHOTO = (1240, 1754), (1080, 2340), (1920, 1080), (1600, 1200)
INK = (20, 20, 20)
_LETTERS = list("eeeeaaiioottnnsrrhlldcumfpgwybvk")


def letter(random: Random) -> Image.Image:
    """Of one firm: the same head and foot, a text of its own."""
    image, draw = _sheet(PAPER)
    draw.rectangle((0, 0, 1240, 130), (30, 70, 140))
    draw.text((80, 40), "Stadtwerke Beispiel GmbH", "white", _font(48))
    for row in range(4):
        draw.text((120, 260 + row * 34), _words(random, 2), INK, _font(24))
    draw.text((120, 500), _words(random, 4), INK, _font(28))
    top = 580
    for _ in range(random.integers(2, 5)):
        top = _paragraph(draw, random, (120, top), 1000, int(random.integers(2, 6)), _font(24), 36) + 30
    draw.line((120, 1600, 1120, 1600), (120, 120, 120), 2)
    draw.text((120, 1620), "Bank: DE00 0000 0000      Tel. 030 000000", (90, 90, 90), _font(20))
    return _scanned(image, random)


def invoice(random: Random) -> Image.Image:
    """One form with other rows and sums."""
    image, draw = _sheet(PAPER)
    draw.text((80, 80), "RECHNUNG", INK, _font(60))
    draw.rectangle((80, 170, 1160, 176), (200, 60, 30))
    for row in range(3):
        draw.text((80, 230 + row * 34), _words(random, 2), INK, _font(24))
    draw.rectangle((80, 480, 1160, 530), (225, 225, 225))
    rows = int(random.integers(2, 13))
    for row in range(rows):
        top = 550 + row * 46
        draw.text((100, top), f"{row + 1}", INK, _font(24))
        draw.text((200, top), _words(random, int(random.integers(1, 6))), INK, _font(24))
        draw.text((1000, top), f"{random.uniform(1, 900):.2f}", INK, _font(24))
        draw.line((80, top + 38, 1160, top + 38), (220, 220, 220))
    draw.rectangle((700, 560 + rows * 46, 1160, 620 + rows * 46), (235, 235, 235))
    draw.text((720, 572 + rows * 46), f"Summe   {random.uniform(10, 9000):.2f}", INK, _font(24))
    draw.text((80, 1600), "Zahlbar innerhalb von 14 Tagen ohne Abzug.", (90, 90, 90), _font(24))
    return _scanned(image, random)


def page(random: Random) -> Image.Image:
    """Of a book: one block of text."""
    image, draw = _sheet(PAPER)
    top = 170
    while top < 1560:
        top = _paragraph(
            draw, random, (160, top), 920, min(int(random.integers(2, 10)), (1628 - top) // 38), _font(28), 38
        )
    return _scanned(image, random)


def chat(random: Random) -> Image.Image:
    """On a telephone."""
    image, draw = _sheet(PHONE, (236, 229, 221))
    draw.rectangle((0, 0, 1080, 200), (7, 94, 84))
    draw.text((180, 105), _words(random, 2), "white", _font(44))
    draw.rectangle((0, 2180, 1080, 2340), (245, 245, 245))
    top = 240
    while top < 1900:
        own, lines = bool(random.integers(2)), int(random.choice((1, 1, 1, 2, 2, 3, 5)))
        width, height = int(random.integers(250, 760)) if lines == 1 else 780, 60 + lines * 52
        left = 1040 - width if own else 40
        draw.rounded_rectangle((left, top, left + width, top + height), 24, (220, 248, 198) if own else "white")
        for line in range(lines):
            draw.text((left + 24, top + 20 + line * 52), _words(random, max(1, width // 130)), INK, _font(36))
        top += height + int(random.choice((16, 16, 40)))
    return image


def article(random: Random) -> Image.Image:
    """Of one site in a browser."""
    image, draw = _sheet(WIDE)
    draw.rectangle((0, 0, 1920, 90), (45, 45, 50))
    draw.text((250, 50), f"https://example.org/{_words(random, 1)}", "white", _font(22))
    draw.rectangle((0, 90, 1920, 170), (200, 30, 40))
    draw.text((120, 105), "Nachrichten", "white", _font(42))
    draw.rectangle((1380, 210, 1800, 1080), (240, 240, 240))
    for row in range(12):
        draw.text((1400, 230 + row * 60), _words(random, 4), INK, _font(22))
    draw.text((120, 220), _words(random, int(random.integers(3, 7))), INK, _font(46))
    _paragraph(draw, random, (120, 320), 1160, 19, _font(26), 38)
    return image


def table(random: Random) -> Image.Image:
    """In a spreadsheet."""
    image, draw = _sheet(WIDE)
    draw.rectangle((0, 0, 1920, 160), (33, 115, 70))
    for top in range(190, 1080, 30):
        draw.line((0, top, 1920, top), (210, 210, 210))
    for left in range(60, 1920, 130):
        draw.line((left, 160, left, 1080), (210, 210, 210))
    for top in range(190, 190 + 30 * int(random.integers(8, 28)), 30):
        for left in range(60, 60 + 130 * int(random.integers(4, 12)), 130):
            draw.text((left + 6, top + 4), f"{random.uniform(0, 99999):.1f}", INK, _font(18))
    return image


def program(random: Random) -> Image.Image:
    """In a dark editor."""
    image, draw = _sheet(WIDE, (30, 30, 30))
    draw.rectangle((0, 0, 320, 1080), (37, 37, 38))
    draw.rectangle((0, 1050, 1920, 1080), (0, 122, 204))
    for row in range(28):
        draw.text((30, 50 + row * 34), f"{_words(random, 1)}.py", (200, 200, 200), _font(20))
    indent = 0
    for row in range(40):
        indent = int(np.clip(indent + random.choice((-1, 0, 0, 0, 1)), 0, 5))
        if random.random() < 0.85:
            words = _words(random, int(random.integers(1, 9)))
            draw.text((390 + indent * 48, 20 + row * 25), words, (206, 145, 120), _font(19))
    return image


def slide(random: Random) -> Image.Image:
    """Of one template."""
    image, draw = _sheet((1600, 900))
    draw.rectangle((0, 0, 1600, 110), (0, 60, 110))
    draw.rectangle((0, 860, 1600, 900), (230, 230, 230))
    draw.text((60, 25), _words(random, int(random.integers(2, 6))), "white", _font(48))
    top = 170
    for _ in range(random.integers(3, 7)):
        draw.ellipse((80, top + 14, 96, top + 30), (0, 60, 110))
        draw.text((130, top), _words(random, int(random.integers(3, 10))), INK, _font(34))
        top += int(random.choice((80, 110)))
    return image


def chart(random: Random) -> Image.Image:
    """Two curves on one grid."""
    image, draw = _sheet((1280, 960))
    draw.rectangle((160, 110, 1150, 840), outline=INK, width=3)
    for row in range(1, 6):
        draw.line((160, 110 + row * 122, 1150, 110 + row * 122), (220, 220, 220))
    for colour in ((31, 119, 180), (255, 127, 14)):
        walk = np.cumsum(random.standard_normal(100))
        tops = 170 + 600 * (walk - walk.min()) / (np.ptp(walk) + 1e-9)
        draw.line(list(zip(np.linspace(170, 1140, 100).tolist(), tops.tolist(), strict=True)), colour, 5)
    return image


def portrait(random: Random) -> Image.Image:
    """In a studio: one backdrop, one framing."""
    width, height = 1200, 1600
    down, across = np.mgrid[:height, :width]
    light = 110 + 60 * np.exp(-((down - 700) ** 2 + (across - 600) ** 2) / 500**2)
    image = Image.fromarray((light[..., np.newaxis] + (0, 5, 15)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    x, y = 600 + random.uniform(-40, 40), 640 + random.uniform(-50, 50)
    wide, tall = random.uniform(190, 240), random.uniform(250, 310)
    hair = _colour(random.choice(((30, 22, 18), (90, 60, 35), (200, 170, 110), (140, 140, 145))))
    skin = _colour(np.array((215, 172, 143)) * random.uniform(0.4, 1.05))
    shoulders = random.uniform(400, 480)
    draw.rounded_rectangle(
        (x - shoulders, y + tall + 70, x + shoulders, 1800), 200, _colour(random.integers(15, 245, 3))
    )
    draw.rectangle((x - 80, y + tall - 60, x + 80, y + tall + 120), skin)
    long = random.choice((0, random.uniform(0, 350)))
    draw.rounded_rectangle((x - wide - 35, y - tall - 60, x + wide + 35, y + 40 + long), 190, hair)
    draw.ellipse((x - wide, y - tall + 30, x + wide, y + tall), skin)
    for eye in (x - 90, x + 90):
        draw.ellipse((eye - 28, y - 40, eye + 28, y - 10), "white")
        draw.ellipse((eye - 13, y - 40, eye + 13, y - 10), INK)
    draw.arc((x - 70, y + 90, x + 70, y + 90 + random.uniform(40, 90)), 10, 170, (150, 60, 60), 12)
    return _scanned(image, random)


def snow(random: Random) -> Image.Image:
    """A bright field below a bright sky, and a few trees."""
    horizon = int(random.uniform(0.35, 0.55) * PHOTO[1])
    image, draw = _sheet(PHOTO, (205, 205, 205))
    draw.rectangle((0, horizon, *PHOTO), (240, 240, 240))
    for _ in range(random.integers(0, 6)):
        x, y, size = random.uniform(0, 1600), horizon + random.uniform(-10, 200), random.uniform(20, 90)
        draw.polygon([(x - size / 2, y), (x + size / 2, y), (x, y - 2 * size)], (60, 70, 60))
    return _scanned(image, random)


def wall(random: Random) -> Image.Image:
    """Lit from one side, with a socket or a picture somewhere."""
    down, across = np.mgrid[: PHOTO[1], : PHOTO[0]] / PHOTO[1]
    angle = random.uniform(0, 2 * np.pi)
    light = 190 + 35 * (np.cos(angle) * across + np.sin(angle) * down)
    image = Image.fromarray(light.clip(0, 255).astype(np.uint8)).convert("RGB")
    x, y, size = random.uniform(100, 1400), random.uniform(100, 1000), random.uniform(30, 160)
    ImageDraw.Draw(image).rectangle((x, y, x + size, y + size), (235, 235, 230), (120, 120, 120), 3)
    return _scanned(image, random)


def night(random: Random) -> Image.Image:
    """Lit windows of a town."""
    image, draw = _sheet(PHOTO, (12, 14, 30))
    left = 0
    while left < PHOTO[0]:
        width, top = int(random.integers(60, 200)), int(random.integers(350, 900))
        draw.rectangle((left, top, left + width, 1200), (22, 22, 30))
        for y in range(top + 15, 1190, 28):
            for x in range(left + 10, left + width - 12, 24):
                if random.random() < 0.35:
                    draw.rectangle((x, y, x + 10, y + 14), (250, 220, 140))
        left += width + int(random.integers(0, 30))
    return _scanned(image, random)


def fog(random: Random) -> Image.Image:
    """Trees, each paler than those before it."""
    image, draw = _sheet(PHOTO, (178, 180, 182))
    for paleness in (0.9, 0.8, 0.65):
        for x in random.uniform(0, PHOTO[0], int(random.integers(1, 5))):
            wide, top = random.uniform(8, 30) / paleness, random.uniform(0, 500)
            draw.polygon([(x - wide, 1000), (x + wide, 1000), (x, top)], _colour(np.array((178, 180, 182)) * paleness))
    return _scanned(image.filter(ImageFilter.GaussianBlur(6)), random)


def stars(random: Random) -> Image.Image:
    """A clear sky above a dark hill."""
    image, draw = _sheet(PHOTO, (10, 12, 24))
    for x, y, bright in random.uniform(0, 1, (int(random.integers(150, 400)), 3)):
        size = 1 + 4 * bright**8
        draw.ellipse((x * 1600 - size, y * 1000 - size, x * 1600 + size, y * 1000 + size), _colour([255 * bright] * 3))
    draw.polygon([(0, 1200), (0, 1050), (random.uniform(300, 1300), 900), (1600, 1100), (1600, 1200)], (2, 2, 4))
    return _scanned(image, random)


KINDS: dict[str, Callable[[Random], Image.Image]] = {
    "letters of one firm": letter,
    "invoices of one firm": invoice,
    "pages of a book": page,
    "chats on a telephone": chat,
    "articles in a browser": article,
    "spreadsheets": table,
    "programs in an editor": program,
    "slides of one template": slide,
    "charts on one grid": chart,
    "portraits before one backdrop": portrait,
    "snow": snow,
    "walls": wall,
    "towns at night": night,
    "trees in the fog": fog,
    "star skies": stars,
}


def _sheet(size: tuple[int, int], colour: tuple[int, int, int] = (255, 255, 255)) -> tuple[Image.Image, Draw]:
    image = Image.new("RGB", size, colour)
    return image, ImageDraw.Draw(image)


def _scanned(image: Image.Image, random: Random) -> Image.Image:
    """As a camera or a scanner has it: not quite white, with noise."""
    noise = 3 * random.standard_normal((image.height, image.width, 1), np.float32)
    return Image.fromarray((np.asarray(image, np.float32) * 0.94 + 8 + noise).clip(0, 255).astype(np.uint8))


def _words(random: Random, number: int) -> str:
    lengths = random.lognormal(1.5, 0.45, number).clip(1, 14).astype(int)
    return " ".join("".join(random.choice(_LETTERS, length)) for length in lengths)


def _paragraph(draw: Draw, random: Random, at: tuple[int, int], width: int, lines: int, font: Font, step: int) -> int:
    """So many lines, the last one short; tells where the next would begin."""
    left, top = at
    for line in range(lines):
        words = _words(random, width // 50).split()
        while draw.textlength(" ".join(words), font) > width:
            words.pop()
        if line == lines - 1:
            words = words[: 1 + int(len(words) * random.uniform(0.2, 0.9))]
        draw.text((left, top), " ".join(words), INK, font)
        top += step
    return top


def _colour(levels: object) -> tuple[int, ...]:
    return tuple(int(level) for level in np.clip(np.asarray(levels), 0, 255))


@cache
def _font(size: int) -> Font:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
