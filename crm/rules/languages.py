"""Languages by the two letters of ISO 639-1."""

import re

_WRITTEN = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
CODES = tuple(_WRITTEN.split())
# A code with whatever says more of it: ru-RU, zh_Hant_TW.
_TAG = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8}){0,3}")
# What people write into such a column in words.
_NAMES = {
    "ru": "rus russian русский рус", "en": "eng english английский англ",
    "be": "bel belarusian белорусский беларуская", "kk": "kaz kazakh казахский қазақша",
    "uk": "ukr ukrainian украинский українська", "uz": "uzb uzbek узбекский",
    "de": "deu ger german немецкий deutsch", "fr": "fra fre french французский français",
    "es": "spa spanish испанский español", "zh": "zho chi chinese китайский",
}  # fmt: skip
_CODE_OF = {name: code for code, names in _NAMES.items() for name in names.split()}


def code_of(text: str) -> str | None:
    """The code of a language written as a code, a tag with its region, or a common name."""
    word = text.strip().lower()
    found = _TAG.fullmatch(word)
    code = found[1] if found else _CODE_OF.get(word)
    return code if code in CODES else None
