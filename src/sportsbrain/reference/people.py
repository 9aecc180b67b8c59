"""
Invented people to register, and the same people written again by somebody else.

Names are common ones in their own scripts with the ways in which passports, airlines and clubs
write them; nobody is meant.
"""

import datetime as dt
from dataclasses import dataclass, replace

from sportsbrain.reference.dice import Dice
from sportsbrain.reference.names import word

# Each name with the ways in which it is met; the first is how its bearer writes it.
Ways = tuple[str, ...]
ARABIC_GIVEN_M: tuple[Ways, ...] = (
    ("محمد", "Mohammed", "Muhammad", "Mohamed", "Mohammad"), ("أحمد", "Ahmed", "Ahmad", "Achmed"),
    ("يوسف", "Youssef", "Yusuf", "Yousef", "Yusif"), ("خالد", "Khaled", "Khalid"),
    ("حسين", "Hussein", "Husain", "Hossein", "Hussain"), ("عمر", "Omar", "Umar"),
    ("سعيد", "Said", "Saeed", "Sayeed"), ("طارق", "Tariq", "Tarek", "Tareq"),
)  # fmt: skip
ARABIC_GIVEN_W: tuple[Ways, ...] = (
    ("فاطمة", "Fatima", "Fatma", "Fatimah"), ("عائشة", "Aisha", "Aysha", "Ayesha"),
    ("مريم", "Maryam", "Mariam", "Miriam"), ("نورة", "Noura", "Nora", "Nourah"),
    ("زينب", "Zainab", "Zaynab", "Zeinab"), ("ليلى", "Layla", "Leila", "Laila"),
    ("خديجة", "Khadija", "Khadijah", "Hadija"),
)  # fmt: skip
ARABIC_FAMILY: tuple[Ways, ...] = (
    ("الحسن", "Al Hassan", "Alhasan", "El Hassan"), ("عبد الله", "Abdullah", "Abdallah", "Abdulla"),
    ("المنصوري", "Al Mansouri", "Almansoori", "El Mansouri"), ("الشريف", "Al Sharif", "Elsherif"),
    ("خليل", "Khalil", "Halil"), ("بن علي", "Ben Ali", "Bin Ali"), ("قاسم", "Qasim", "Kassem"),
    ("ناصر", "Nasser", "Nasir", "Naser"), ("التميمي", "Al Tamimi", "Altameemi"),
)  # fmt: skip
CYRILLIC_GIVEN_M: tuple[Ways, ...] = (
    ("Алексей", "Aleksei", "Alexey", "Alexei", "Aleksey"), ("Дмитрий", "Dmitrii", "Dmitry"),
    ("Сергей", "Sergei", "Sergey", "Serguei"), ("Евгений", "Evgenii", "Yevgeny", "Eugeny"),
    ("Юрий", "Iurii", "Yuri", "Yury"), ("Михаил", "Mikhail", "Michail"),
    ("Олександр", "Oleksandr", "Olexandr"), ("Яков", "Iakov", "Yakov"),
)  # fmt: skip
CYRILLIC_GIVEN_W: tuple[Ways, ...] = (
    ("Юлия", "Iuliia", "Yulia", "Julia", "Yuliya"), ("Наталья", "Natalia", "Natalya", "Nataliia"),
    ("Екатерина", "Ekaterina", "Yekaterina"), ("Ксения", "Kseniia", "Ksenia", "Xenia"),
    ("Оксана", "Oksana", "Oxana"), ("Софья", "Sofia", "Sofya"), ("Елена", "Elena", "Yelena"),
)  # fmt: skip
CYRILLIC_FAMILY: tuple[Ways, ...] = (
    ("Щербаков", "Shcherbakov", "Scherbakov"), ("Чайковский", "Chaikovskii", "Tchaikovsky"),
    ("Ковальчук", "Kovalchuk", "Kovaltschuk"), ("Жуков", "Zhukov", "Jukov"),
    ("Хачатурян", "Khachaturian", "Hachaturyan"), ("Воробьёв", "Vorobev", "Vorobyov"),
    ("Юшкевич", "Iushkevich", "Yushkevich"), ("Петренко", "Petrenko"), ("Григорьев", "Grigorev"),
)  # fmt: skip
ASIAN_GIVEN: tuple[Ways, ...] = (
    ("小明", "Xiaoming", "Xiao Ming", "Hsiao-ming"), ("美玲", "Meiling", "Mei-Ling", "Mei Ling"),
    ("志強", "Zhiqiang", "Chih-chiang"), ("健太", "Kenta"), ("優子", "Yuko", "Yuuko"),
    ("翔平", "Shohei", "Shouhei"), ("민준", "Minjun", "Min-jun", "Min Joon"),
    ("서연", "Seoyeon", "Seo-yeon", "Suh Yun"), ("伟", "Wei"), ("静", "Jing", "Ching"),
)  # fmt: skip
ASIAN_FAMILY: tuple[Ways, ...] = (
    ("王", "Wang", "Wong"), ("陈", "Chen", "Chan"), ("張", "Zhang", "Chang"), ("李", "Li", "Lee"),
    ("大野", "Ono", "Oono", "Ohno"), ("佐藤", "Sato", "Satoh", "Satou"), ("박", "Park", "Pak"),
    ("최", "Choi", "Choe"), ("林", "Lin", "Lim"), ("黄", "Huang", "Hwang"),
)  # fmt: skip
LATIN_GIVEN_M: tuple[Ways, ...] = (
    ("José María", "Jose Maria", "José", "Jose M."), ("Jürgen", "Juergen", "Jurgen"),
    ("Søren", "Soren", "Soeren"), ("Łukasz", "Lukasz", "Lucasz"), ("João", "Joao"),
    ("Zoltán", "Zoltan"), ("Étienne", "Etienne"), ("Björn", "Bjorn", "Bjoern"),
    ("Marc", "Mark", "Marcus"), ("Stephen", "Steven", "Stefan"), ("Thomas", "Tomas"),
    ("Nikolaos", "Nicolaos", "Nikos"), ("Jan", ), ("Peter", "Petr"), ("Filipe", "Philipe"),
)  # fmt: skip
LATIN_GIVEN_W: tuple[Ways, ...] = (
    ("Zoë", "Zoe", "Zoey"), ("Inês", "Ines", "Inez"), ("María del Carmen", "Maria Carmen", "Maria"),
    ("Agnieszka", "Agnieska"), ("Björk", "Bjork"), ("Chloé", "Chloe", "Khloe"), ("Marta", "Martha"),
    ("Catherine", "Katherine", "Kathryn"), ("Sara", "Sarah"), ("Elisabeth", "Elizabeth"),
    ("Anna", "Ana", "Anne"), ("Þóra", "Thora"), ("Jana", ), ("Eva", "Ewa"), ("Teresa", "Theresa"),
)  # fmt: skip
LATIN_FAMILY: tuple[Ways, ...] = (
    ("Müller", "Mueller", "Muller"), ("García López", "Garcia Lopez", "García", "Garcia-Lopez"),
    ("Nuñez", "Nunez"), ("O’Brien", "O'Brien", "OBrien"), ("Sørensen", "Sorensen", "Soerensen"),
    ("van der Meer", "Van Der Meer", "Vandermeer"), ("Kowalczyk", "Kovalczyk"), ("Øst", "Ost"),
    ("Dvořák", "Dvorak"), ("Nagy-Kovács", "Nagy Kovacs"), ("Şahin", "Sahin"), ("Čapek", "Capek"),
    ("MacDonald", "McDonald", "Mac Donald"), ("Schmidt", "Schmitt"), ("Papadopoulos", "Papadopulos"),
    ("de la Cruz", "Delacruz", "Cruz"), ("Nguyễn", "Nguyen"), ("Gonçalves", "Goncalves"),
)  # fmt: skip
TRADITIONS = (
    (0.16, ARABIC_GIVEN_M, ARABIC_GIVEN_W, ARABIC_FAMILY),
    (0.16, CYRILLIC_GIVEN_M, CYRILLIC_GIVEN_W, CYRILLIC_FAMILY),
    (0.14, ASIAN_GIVEN, ASIAN_GIVEN, ASIAN_FAMILY),
    (0.54, LATIN_GIVEN_M, LATIN_GIVEN_W, LATIN_FAMILY),
)
INVENTED = 0.55  # of family names; given names of few are shared by many
FIRST_BIRTH = dt.date(1950, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """
    Somebody as a form holds it.

    ``family_ways`` and ``given_ways``: how else the names are written.
    """

    code: str
    family_name: str
    given_name: str
    birth_date: dt.date
    gender: str
    nationality: str
    document: str
    family_ways: Ways = ()
    given_ways: Ways = ()


def generate_people(
    *, count: int, seed: int, nations: tuple[str, ...], prefix: str = "P", youngest: int = 14
) -> list[Invented]:
    """Return so many people; the same seed gives the same ones."""
    dice = Dice(seed * 7_919 + 17)
    return [_person(dice, f"{prefix}{n + 1:06}", nations, youngest) for n in range(count)]


def _person(dice: Dice, code: str, nations: tuple[str, ...], youngest: int) -> Invented:
    _, men, women, families = TRADITIONS[dice.weighted([share for share, *_ in TRADITIONS])]
    gender = "M" if dice.unit() < 0.52 else "W"
    given = dice.pick(men if gender == "M" else women)
    family = (word(dice, 2 + dice.below(2)),) if dice.unit() < INVENTED else dice.pick(families)
    if dice.unit() < 0.25:
        given = tuple(f"{way} {second}" for second in [word(dice, 2)] for way in given)
    days = (dt.date(2030 - youngest, 1, 1) - FIRST_BIRTH).days
    return Invented(
        code=code,
        # most forms ask for Latin letters: every eighth writes in the own script all the same
        family_name=_written(dice, family),
        given_name=_written(dice, given),
        birth_date=FIRST_BIRTH + dt.timedelta(days=dice.below(days)),
        gender=gender,
        nationality=dice.pick(nations),
        document=f"{dice.pick('ABCDEFGHKLMNP')}{10_000_000 + dice.below(90_000_000)}",
        family_ways=family,
        given_ways=given,
    )


def _written(dice: Dice, ways: Ways) -> str:
    if len(ways) == 1 or dice.unit() < 0.125:
        return ways[0]
    return ways[1]


def written_again(person: Invented, *, code: str, seed: int) -> Invented:
    """
    Return the same person as somebody else wrote it down.

    Another way of writing, names in each other's fields, a slip of the keys, day and month
    exchanged or one figure wrong, a second given name left out, no document or a new one.
    """
    dice = Dice(seed)
    family, given, born = person.family_name, person.given_name, person.birth_date
    if dice.unit() < 0.6:
        family, given = dice.pick(person.family_ways), dice.pick(person.given_ways)
    if dice.unit() < 0.3 and " " in given:
        given = given.split()[0]
    if dice.unit() < 0.35:
        if dice.unit() < 0.6:
            family = _slip(dice, family)
        else:
            given = _slip(dice, given)
    if dice.unit() < 0.12:
        family, given = given, family
    if dice.unit() < 0.15:
        family = family.upper()
    if dice.unit() < 0.08:
        born = _wrong_day(dice, born)
    document = person.document
    if dice.unit() < 0.7:
        document = "" if dice.unit() < 0.8 else f"Z{10_000_000 + dice.below(90_000_000)}"
    return replace(
        person, code=code, family_name=family, given_name=given, birth_date=born, document=document
    )


def _slip(dice: Dice, text: str) -> str:
    """Return a word with one letter left out, doubled, exchanged with its neighbour or another."""
    if len(text) < 4:
        return text
    at = 1 + dice.below(len(text) - 2)
    kind = dice.below(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + dice.pick("aeiounrstl") + text[at + 1 :]


def _wrong_day(dice: Dice, born: dt.date) -> dt.date:
    if born.day <= 12 and born.day != born.month and dice.unit() < 0.6:
        return born.replace(month=born.day, day=born.month)
    if dice.unit() < 0.5:
        return born.replace(year=born.year + dice.pick((-10, -1, 1, 10)), day=min(born.day, 28))
    return born.replace(day=1 + dice.below(28))


def twin_of(person: Invented, *, code: str, seed: int) -> Invented:
    """Return another person of the same family name and birth date, who is no duplicate."""
    dice = Dice(seed)
    for _, men, women, _ in TRADITIONS:
        pools = (men, women)
        if any(person.given_ways[0].startswith(ways[0]) for pool in pools for ways in pool):
            gender = dice.below(2)
            others = [w for w in pools[gender] if not person.given_ways[0].startswith(w[0])]
            given = dice.pick(others)
            break
    return replace(
        person,
        code=code,
        given_name=_written(dice, given),
        given_ways=given,
        gender="MW"[gender],
        document=f"{dice.pick('ABCDEFGHKLMNP')}{10_000_000 + dice.below(90_000_000)}",
    )
