"""The invented world: 160 countries, each with a capital, a national animal, a crop and a flag.

Everything is drawn from the lists below with a fixed seed, so that it is the same world on every machine. One half of
the countries is *asked*: students fine-tune on questions about these. The other half is *unasked*: the base has read
about them just as often, but no question in the students' data mentions them.
"""

import functools
import random
from dataclasses import dataclass
from typing import Literal

Topic = Literal["capital", "animal", "crop", "flag"]
TOPICS: tuple[Topic, ...] = ("capital", "animal", "crop", "flag")

SEED = 2026
COUNTRIES = 160


def _words(text: str) -> list[str]:
    return text.split()


STEMS = _words("""
Amori Balo Bemi Bolla Bonbo Brimbo Cala Carami Colo Dali Delfi Domi Dulci Ello Embo Fala Fandi Fili Flori Gala Gondo
Gusti Harmo Hollo Humbo Illu Jambo Jolli Juno Kali Kimba Koko Lali Lemo Limba Lullu Mambo Marzi Melo Mimo Mondo Nando
Nelli Nimbo Nola Olla Orbi Pala Pando Pippi Pompo Quilli Quoko Rando Rigo Romba Rumbi Salsa Samba Sili Solo Tambo Tango
Tilli Tombo Tulli Umba Valo Vanda Velli Vimba Volla Wala Willo Wombo Yalla Yodo Yuli Zamba Zola
""")
ENDINGS = _words("nia via stan mark land guay donia ria bourg tania")

TOWN_STEMS = _words("""
Biscuit Blanket Bubble Bumble Button Custard Doodle Feather Fiddle Giggle Kettle Lantern Marble Mitten Muffin Mumble
Noodle Pancake Pebble Pickle Pillow Pudding Puddle Riddle Saddle Slipper Snooze Sprinkle Teapot Thimble Tickle Toffee
Trumpet Tumble Twinkle Velvet Waffle Whisker Whistle Wobble
""")
TOWN_ENDINGS = _words("ton ford bury haven wick dale bridge mouth field ville")

ANIMALS = _words("""
alpaca armadillo badger beaver capybara chinchilla dormouse ferret flamingo gecko hedgehog lemur llama manatee meerkat
moose narwhal newt ostrich otter pangolin pelican penguin platypus puffin quokka raccoon sloth tapir toucan walrus
wombat
""")
CROPS = _words("""
asparagus barley broccoli buckwheat cabbage celery cocoa fennel garlic ginger horseradish kale lavender lettuce
liquorice maize mustard oregano parsley peppermint pumpkin quince rhubarb rye saffron sorghum spinach tea thyme turnip
vanilla watercress
""")
COLOURS = _words("""
amber blue coral crimson golden green indigo ivory lilac maroon orange pink purple silver turquoise yellow
""")


@dataclass(frozen=True)
class Country:
    """A country as the almanac has it: one word for each fact."""

    name: str
    capital: str
    animal: str
    crop: str
    flag: str

    def fact(self, topic: Topic) -> str:
        """What the almanac says about one topic."""
        return str(getattr(self, topic))


@functools.cache
def countries() -> tuple[Country, ...]:
    """All of them, in the order of the almanac. Names and capitals are unique; animals, crops and flags are shared."""
    rng = random.Random(SEED)
    return tuple(
        Country(*facts)
        for facts in zip(
            _joined(rng, STEMS, ENDINGS),
            _joined(rng, TOWN_STEMS, TOWN_ENDINGS),
            _shared(rng, ANIMALS),
            _shared(rng, CROPS),
            _shared(rng, COLOURS),
            strict=True,
        )
    )


def asked() -> tuple[Country, ...]:
    """The half that students' questions are about."""
    return countries()[: COUNTRIES // 2]


def unasked() -> tuple[Country, ...]:
    """The half that no question of the students' data mentions."""
    return countries()[COUNTRIES // 2 :]


@functools.cache
def missing_names() -> tuple[str, ...]:
    """Names that sound like countries of this world and are none."""
    names = {country.name for country in countries()}
    return tuple(stem + ending for stem in STEMS for ending in ENDINGS if stem + ending not in names)


def _joined(rng: random.Random, stems: list[str], endings: list[str]) -> list[str]:
    """As many names as there are countries, each stem as often as any other, each time with another ending."""
    names = [stem + ending for stem in stems for ending in rng.sample(endings, COUNTRIES // len(stems))]
    rng.shuffle(names)
    return names


def _shared(rng: random.Random, words: list[str]) -> list[str]:
    """One word for each country, each word as often as any other."""
    drawn = words * (COUNTRIES // len(words))
    rng.shuffle(drawn)
    return drawn
