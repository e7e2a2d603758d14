"""What some of the demonstration's companies disclose besides the columns of the files, by their slug."""

from typing import Any

from profiles.choices import DataHosting, Exclusivity, FeePolicy, StateOwned
from profiles.models import ExistingPartner

STARTUPS: dict[str, dict[str, Any]] = {
    "paani-paimana": {
        "state_owned": StateOwned.NO,
        "beneficial_owner": "The three founders, 82 % together",
        "fee_policy": FeePolicy.NEVER,
        "exclusivity_ask": Exclusivity.NONE,
        "data_crosses_border": False,
        "data_access": "Our own staff; each grower sees the own fields",
    },
    "rezgari-raah": {
        "state_owned": StateOwned.NO,
        "data_crosses_border": False,
        "data_access": "Our own staff and the settlement bank",
        "data_exit": "Returned to the bank, then deleted",
    },
    "zaban-zameen": {"state_owned": StateOwned.NO, "fee_policy": FeePolicy.NEVER},
}
INVESTORS: dict[str, dict[str, Any]] = {
    "chengsui-agritech": {"beneficial_owner": "Family Cheng, 61 %", "group_name": "Chengsui"},
    "qiquan-irrigation": {"group_name": "Qiquan Water"},
    "qiaoxi-pay": {"beneficial_owner": "Listed group, no owner above 10 %"},
}
# Whom they work with already: name, what it provides, its kind, percent of that input, group.
PARTNERS: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {
    "paani-paimana": (
        ("Sutlej Circuits", "Sensor boards", "hardware", 70, ""),
        ("Indus Hosting", "Servers in Lahore", "cloud", 62, "Indus Data"),
        ("Indus Backup", "Backups in Karachi", "cloud", 38, "Indus Data"),
    ),
    "zaban-zameen": (("Langtong Cloud", "Graphics processors by the hour", "cloud", 62, ""),),
}
# What an offer says about data, by the investor's slug and the kind of offer.
OFFERS: dict[tuple[str, str], dict[str, Any]] = {
    ("chengsui-agritech", "software_platform"): {
        "data_classes": ["location", "personal"],
        "data_hosting": DataHosting.PARTNER,
        "data_crosses_border": True,
        "data_access": "Support staff in Shouguang",
    },
    ("chengsui-agritech", "hardware"): {
        "data_classes": ["location"],
        "data_hosting": DataHosting.STARTUP_CHOICE,
        "data_exit": "Devices are wiped and stay with the growers",
    },
    ("qiaoxi-pay", "cloud"): {
        "data_classes": ["financial", "personal"],
        "data_hosting": DataHosting.PARTNER,
        "data_crosses_border": True,
    },
}


def partners_of(slug: str, kinds: dict[str, int]) -> list[ExistingPartner]:
    """Return a startup's existing partners, unsaved; `kinds` are primary keys of kinds of needs by code."""
    return [
        ExistingPartner(name=name, provides=words, type_id=kinds[kind], share_pct=share, group_name=group)
        for name, words, kind, share, group in PARTNERS.get(slug, ())
    ]
