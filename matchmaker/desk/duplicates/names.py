"""How alike two names of companies sound, in Latin letters, Urdu or Chinese: candidates, never a decision."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from profiles.sounds import consonants, first_vowel, simplified
from profiles.validators import LEGAL_ENDINGS, LEGAL_WORDS, URDU_SPELLINGS, bare, is_han

ALIKE = 80  # of 100: from here on two names make a candidate

# Words that say what a company does, in the three languages, not which one it is.
GENERIC_WORDS = {
    "tech": "tech technology technologies technological agritech ٹیکنالوجی ٹیکنالوجیز ٹیک 科技 技术",
    "agri": "agri agro agricultural agriculture farming zarai ایگری ایگرو زرعی زراعت 农业",
    "farm": "farm farms فارم فارمز 农场",
    "food": "food foods فوڈ فوڈز 食品",
    "fund": "fund funds فنڈ 基金",
    "capital": "capital کیپیٹل کیپٹل 资本",
    "venture": "venture ventures وینچر وینچرز 创投",
    "invest": "investment investments investor investors invest انویسٹمنٹ 投资",
    "management": "management 管理",
    "partner": "partner partners پارٹنرز 伙伴",
    "group": "group holding holdings گروپ 集团",
    "service": "service services سروس سروسز 服务",
    "solution": "solution solutions سلوشن سلوشنز",
    "system": "system systems سسٹم سسٹمز 系统",
    "seed": "seed seeds سیڈ سیڈز 种业 种子",
    "dairy": "dairy dairies ڈیری 乳业",
    "trade": "trader traders trading ٹریڈر ٹریڈرز 贸易",
    "innovate": "innovation innovations innovative 创新",
    "industry": "industry industries انڈسٹریز 实业 工业",
    "irrigation": "irrigation آبپاشی 灌溉",
    "pharma": "pharma pharmaceutical pharmaceuticals فارما 药业 制药",
    "cold chain": "coldchain 冷链",
    "equipment": "equipment 设备",
    "water": "water waters واٹر 水务",
    "online": "online آنلائن",
    "fertiliser": "fertiliser fertilisers fertilizer fertilizers کھاد 肥料",
    "oil": "oil oils آئل 油",
    "country": "pakistan china پاکستان 中国",
    "brother": "brother brothers bros برادرز",
    "fill": "and e the of 的 و smc lp ii",
}
GENERIC = {word: kind for kind, words in GENERIC_WORDS.items() for word in words.split()}
HAN_GENERIC = sorted((word for word in GENERIC if is_han(word[0])), key=len, reverse=True)
HAN_SPLIT = re.compile(f"({'|'.join(HAN_GENERIC)})")
# Latin spellings of a sound that depends on the letters around it.
SOFT = (("tion", "shn"), ("sch", "sh"), ("tch", "ch"), ("ce", "se"), ("ci", "si"), ("cy", "sy"))
SPELLINGS = (("ee", "i"), ("oo", "u"), ("ou", "u"), ("ow", "au"), ("y", "i"), ("aa", "a"), ("ii", "i"))
UNTELLING = ("fill", "country")
HAMZA = "\u0653\u0654"  # parts of letters, not vowel marks
JOINED = (("آن لائن", "آنلائن"), ("cold chain", "coldchain"), ("کولڈ چین", "coldchain"))


class Word(NamedTuple):
    letters: str
    sound: str
    generic: str = ""

    @property
    def weight(self) -> float:
        if self.generic == "fill":
            return 0.0
        return 0.35 if self.generic else 1.0


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[Word, ...]:
    text = simplified(unicodedata.normalize("NFKC", name).casefold()).translate(URDU_SPELLINGS)
    letters = unicodedata.normalize("NFD", text)
    text = "".join(letter for letter in letters if letter in HAMZA or unicodedata.category(letter) != "Mn")
    text = unicodedata.normalize("NFC", text)
    for apart, joined in JOINED:
        text = text.replace(apart, joined)
    parts = [part for part in re.split(r"[\W_]+", text) if part and not (part.isdigit() and len(part) < 2)]
    significant = [part for part in parts if bare(part) not in LEGAL_WORDS] or parts
    return tuple(word for part in significant for word in _read(part))


def _read(part: str) -> Iterable[Word]:
    if not any(map(is_han, part)):
        if part in GENERIC:
            yield Word(part, sound_of(part), GENERIC[part])
        elif all(unicodedata.name(c, "").startswith("ARABIC") for c in part):
            yield Word("", sound_of(part))
        else:
            yield Word(spelt(part), sound_of(part))
        return
    for piece in HAN_SPLIT.split(LEGAL_ENDINGS.sub("", part) or part):
        if piece in GENERIC:
            yield Word("", "", GENERIC[piece])
        elif piece:
            from pypinyin import lazy_pinyin  # its dictionary takes half a second, which few processes need

            letters = "".join(lazy_pinyin(piece))
            yield Word(spelt(letters), sound_of(letters))


def spelt(word: str) -> str:
    word = f"lu{word[2:]}" if word.startswith("lv") else word
    for long, short in SPELLINGS:
        word = word.replace(long, short)
    return word


def sound_of(word: str) -> str:
    """Return the consonants; before them `a` for a first vowel."""
    heard = word.replace("ں", "")
    for letters, sound in SOFT:
        heard = heard.replace(letters, sound)
    vowel = "a" if first_vowel(word) == "a" else ""
    return vowel + consonants(heard, as_s="xz") or word


def likeness(first: str, second: str) -> int:
    ours, theirs = words_of(first), words_of(second)
    if not ours or not theirs:
        return 0
    return round(max(_joined(ours, theirs), _by_word(ours, theirs)))


def _same(one: Word, other: Word) -> float:
    if one.generic or other.generic:
        return 100.0 if one.generic == other.generic else 0.0
    if one.letters and other.letters:
        letters = ratio(one.letters, other.letters)
        if one.sound == other.sound and len(one.sound) > 1:
            return max(letters, 90.0 if letters >= 80 else 0.0)
        return letters if letters >= 88 else 0.0
    if one.sound == other.sound:
        return 94.0
    return 86.0 if len(one.sound) > 3 and ratio(one.sound, other.sound) > 79 else 0.0


def _by_word(ours: tuple[Word, ...], theirs: tuple[Word, ...]) -> float:
    left, gained, whole = list(theirs), 0.0, 0.0
    unmatched = 0.0
    for word in ours:
        best = max(left, key=lambda each: _same(word, each), default=None)
        alike = _same(word, best) if best else 0.0
        if best is not None and alike >= 75:
            left.remove(best)
            gained += alike * max(word.weight, best.weight)
            whole += max(word.weight, best.weight)
        else:
            unmatched += word.weight
    rest = sum(word.weight for word in left)
    if not whole or not any(word.weight == 1 for word in ours if word not in left):
        return 0.0
    alike = gained / whole
    return alike - 30 * max(unmatched, rest) - 60 * min(unmatched, rest)


def _joined(ours: tuple[Word, ...], theirs: tuple[Word, ...]) -> float:
    """Compare the own words of two names without the blanks between them."""
    both = ours, theirs
    whole = ["".join(each.letters for each in words if each.generic not in UNTELLING) for words in both]
    if whole[0].isascii() and whole[0] == whole[1] and len(whole[0]) > 5:
        return 96.0
    one, other = ([word for word in words if not word.generic] for words in both)
    kinds = [{word.generic for word in words if word.weight and word.generic} for words in both]
    if not one or not other or (kinds[0] - kinds[1] and kinds[1] - kinds[0]):
        return 0.0
    if all(word.letters for word in (*one, *other)):
        alike = ratio(*("".join(word.letters for word in words) for words in (one, other)))
        return alike if alike >= 91 else 0.0
    sounds = ["".join(word.sound for word in words) for words in (one, other)]
    return 90.0 if sounds[0] == sounds[1] and len(sounds[0]) > 2 else 0.0


def keys_of(name: str) -> set[str]:
    words = words_of(name)
    specific_words = [word for word in words if not word.generic]
    keys = {word.sound for word in specific_words} | {
        word.letters for word in specific_words if len(word.sound) < 3
    }
    telling = [word for word in words if word.generic not in UNTELLING]
    for several in (specific_words, telling, *pairwise(specific_words)):
        keys.add("".join(word.sound for word in several))
    return {key for key in keys if key}
