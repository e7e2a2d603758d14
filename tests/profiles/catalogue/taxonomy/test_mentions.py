"""What descriptions mention and exclude, sentence by sentence in three languages."""

import pytest

from profiles.catalogue.taxonomy.selectors.mentions import read, vocabulary

EARLY, GROWTH = "idea|pre_seed|angel|seed", "series_b|series_c"
# What a sentence mentions; with a minus, what it excludes.
SENTENCES = [
    # English: a negation reaches to the end of its clause.
    ("We do not take fresh fruit.", "-AGR05"),
    ("We don’t take fresh fruit, dried goods or livestock.", "-AGR05 -AGR06"),
    ("We do not take fresh fruit, we buy smart irrigation systems.", "-AGR05 AGR01"),
    ("We do not take fresh fruit but we take livestock.", "-AGR05 AGR06"),
    ("No early stage.", f"-{EARLY}"),
    ("No early-stage startups, please. Growth stage only.", f"-{EARLY} {GROWTH}"),
    ("We invest in telemedicine, never in cryptocurrency.", "HLT01 -FIN13"),
    ("We exclude telemedicine and cybersecurity.", "-HLT01 -NET02"),
    ("Telemedicine is excluded, cybersecurity is welcome.", "-HLT01 NET02"),
    ("Real estate and cryptocurrency are out of scope.", "-CIV01 -FIN13"),
    ("We lend rather than take equity.", "-equity"),
    ("Without equity.", "-equity"),
    ("We do not take fresh fruit, no real estate and no late stage.", f"-AGR05 -CIV01 -{GROWTH}"),
    ("No livestock and no telemedicine without cold chain.", "-AGR06 -HLT01 -LOG04"),
    ("We avoid loans; we offer equity.", "-debt equity"),
    ("Not interested in pre-revenue startups.", "-no_pre_revenue"),
    ("We cannot work with state-owned companies.", "-no_state_owned"),
    ("Everything except telemedicine.", "-HLT01"),
    ("We stay away from real estate, although we know cybersecurity.", "-CIV01 NET02"),
    ("We do not fund solar projects because cold chain is our field.", "-ENE01 LOG04"),
    ("We work in Sindh, not in Balochistan.", "PK-SD -PK-BA"),
    ("No A.I. hype. We do drip irrigation.", "AGR01"),
    # Two negations, and words that only look like one.
    ("We do not exclude early stage.", EARLY),
    ("We never exclude telemedicine.", "HLT01"),
    ("We do not work without hardware.", "hardware"),
    ("Early stage is not excluded.", EARLY),
    ("Fresh fruit is not ruled out.", "AGR05"),
    ("We do not refuse cryptocurrency.", "FIN13"),
    ("Not only telemedicine, also cybersecurity.", "HLT01 NET02"),
    ("We are not limited to smart irrigation.", "AGR01"),
    ("No doubt: cold chain is the future.", "LOG04"),
    ("We fund no more than ten telemedicine startups a year.", "HLT01"),
    ("We do not yet work in Sindh.", ""),
    ("Cybersecurity, not just telemedicine.", "NET02 HLT01"),
    # English: nothing is negated, or nothing is mentioned.
    ("We are looking for sensors and a manufacturer in Shenzhen.", "hardware manufacturing CN-SZX"),
    ("Our drip irrigation saves water in Punjab.", "AGR01 PK-PB"),
    ("Women run our lab, in English.", ""),
    ("We notice that nothing is known of the knot.", ""),
    ("A seed round of half a million.", "seed"),
    # Chinese.
    ("不投早期。", f"-{EARLY}"),
    ("我们不投早期项目，专注成长期。", f"-{EARLY} {GROWTH}"),
    ("早期项目不投。", f"-{EARLY}"),
    ("不做水果、冷链。", "-AGR05 -LOG04"),
    ("我们不投房地产，但投光伏。", "-CIV01 ENE01"),
    ("不接受国有企业。", "-no_state_owned"),
    ("拒绝加密货币。", "-FIN13"),
    ("我们不投水果不投房地产。", "-AGR05 -CIV01"),
    ("不提供贷款，提供股权投资。", "-debt equity"),
    ("我们投远程医疗不投房地产。", "HLT01 -CIV01"),
    ("不考虑无收入的项目。", "-no_pre_revenue"),
    ("不排除早期。", EARLY),
    ("并非不投早期。", EARLY),
    ("不仅投远程医疗，也投网络安全。", "HLT01 NET02"),
    ("不限于智能灌溉。", "AGR01"),
    ("我们不拒绝早期项目。", EARLY),
    ("暂不投光伏。", ""),
    ("除了光伏，还投储能系统。", "ENE01 ENE02"),
    ("我们需要传感器和代工。", "hardware manufacturing"),
    ("在信德做滴灌。", "PK-SD AGR01"),
    ("海外冷链非常重要。", "LOG04"),
    ("光伏、储能系统一律不投。", "-ENE01 -ENE02"),
    ("这是一只基金，团队有女性。", ""),
    # Urdu: the negation follows.
    ("ہم تازہ پھل نہیں لیتے۔", "-AGR05"),
    ("ہم ابتدائی مرحلے میں سرمایہ کاری نہیں کرتے۔", f"-{EARLY}"),
    ("ہم تازہ پھل نہیں لیتے، مگر ڈرپ آبپاشی لیتے ہیں۔", "-AGR05 AGR01"),
    ("ہم ٹیلی میڈیسن لیتے ہیں، تازہ پھل نہیں۔", "HLT01 -AGR05"),
    ("تازہ پھل کے سوا سب کچھ۔", "-AGR05"),
    ("سوائے کرپٹو کرنسی کے۔", "-FIN13"),
    ("ہم تازہ پھل نہیں لیتے اور قرض نہیں دیتے۔", "-AGR05 -debt"),
    ("سرکاری کمپنیوں کے ساتھ کام نہیں کرتے۔", "-no_state_owned"),
    ("ہم قرض نہیں دیتے بلکہ حصص لیتے ہیں۔", "-debt equity"),
    ("ابتدائی مرحلہ خارج ہے۔", f"-{EARLY}"),
    ("ابتدائی مرحلہ خارج نہیں۔", EARLY),
    ("نہ صرف ٹیلی میڈیسن بلکہ سائبر سکیورٹی بھی۔", "HLT01 NET02"),
    ("ہم فی الحال نہیں لیتے تازہ پھل۔", ""),
    ("ہمیں سینسر کی ضرورت ہے۔", "hardware"),
    ("سندھ میں کام کرتے ہیں، پنجاب میں نہیں۔", "PK-SD -PK-PB"),
    ("ریئل اسٹیٹ سے گریز کرتے ہیں۔", "-CIV01"),
    ("ریئل اسٹیٹ سے گریز نہیں کرتے۔", "CIV01"),
    ("خواتین ہماری لیبارٹری میں ہیں۔", ""),
]


@pytest.mark.django_db
def test_every_sentence_says_what_it_says():
    words = vocabulary()
    wrong = {}
    for sentence, told in SENTENCES:
        found = {("-" if each.is_excluded else "") + "|".join(each.codes) for each in read([sentence], words)}
        if found != {*told.split()}:
            wrong[sentence] = found
    assert wrong == {}


@pytest.mark.django_db
def test_the_quote_is_the_sentence_that_says_what_is_needed():
    needs = "We need a pilot site and hardware."
    found = read(["Sensors that halve the water of a field.", needs, "Our sensors are blue."])
    told = {each.codes: (each.cues, each.quote) for each in found}
    assert told["hardware",] == (frozenset({"need"}), needs)
