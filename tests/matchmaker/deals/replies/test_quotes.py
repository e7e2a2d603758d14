"""What is new in an email, by program and language."""

import time

import pytest

from matchmaker.deals.replies.selectors import new_text, text_of

US = "Corridor <noreply@corridor.example>"
LINES = "> Corridor\n> There is a new message for Indus Grow.\n"
PROGRAMS = {
    "gmail en": f"{{0}}\n\nOn Mon, Nov 30, 2026 at 10:12 AM {US} wrote:\n\n{LINES}",
    "gmail en, broken": "{0}\n\nOn Mon, Nov 30, 2026 at 10:12 AM Corridor on behalf of Indus Grow <\n"
    f"noreply@corridor.example> wrote:\n\n{LINES}",
    "gmail zh": f"{{0}}\n\n{US} 于2026年11月30日周一 10:12写道：\n\n{LINES}",
    "gmail ur": f"{{0}}\n\nپیر، 30 نومبر، 2026 کو 10:12 AM بجے {US} نے لکھا:\n\n{LINES}",
    "gmail ur, broken": "{0}\n\nپیر، 30 نومبر، 2026 کو 10:12 AM بجے Corridor <\n"
    f"noreply@corridor.example> نے لکھا:\n\n{LINES}",
    "gmail ur, no address": f"{{0}}\n\nپیر، 30 نومبر، 2026 کو 10:12 AM پر Corridor نے لکھا:\n\n{LINES}",
    "outlook en": f"{{0}}\n\n{'_' * 32}\nFrom: {US}\nSent: Monday, November 30, 2026 10:12 AM\n"
    "To: Ayesha Khan <ayesha@example.com>\nSubject: a new message\n\nThere is a new message.\n",
    "outlook zh": f"{{0}}\n\n{'_' * 32}\n发件人: {US}\n发送时间: 2026年11月30日 10:12\n"
    "收件人: 李伟 <li.wei@example.com>\n主题: 新消息\n\nIndus Grow 有一条新消息。\n",
    "outlook ur": f"{{0}}\n\n{'_' * 32}\nمنجانب: {US}\nبھیجا گیا: پیر، 30 نومبر، 2026\n\nایک نیا پیغام\n",
    "outlook ur, no line": "{0}\n\nمنجانب: Corridor\nبھیجا گیا: پیر، 30 نومبر، 2026\n\nایک نیا پیغام\n",
    "qq": "{0}\n\n\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人:            "
    '"Corridor"          <noreply@corridor.example>;\n发送时间:&nbsp;2026年11月30日(星期一) 上午10:12\n'
    '收件人:&nbsp;"li.wei"<li.wei@qq.com>;\n\n主题:&nbsp;新消息\n\n\n\nIndus Grow 有一条新消息。',
    "foxmail": "{0}\n\n \n发件人： Corridor\n发送时间： 2026-11-30 10:12\n收件人： li.wei\n主题： 新消息\n"
    "Indus Grow 有一条新消息。\n",
    "163": '{0}\n\n\n\n\n\nAt 2026-11-30 10:12:00, "Corridor" <noreply@corridor.example> wrote:'
    "\n\nA new message",
    "163 zh": '{0}\n\n\n\n在 2026-11-30 10:12:00，"Corridor" <noreply@corridor.example> 写道：'
    "\n\n有一条新消息",
    "apple zh": f"{{0}}\n\n> 在 2026年11月30日，10:12，{US} 写道：\n> \n> 有一条新消息\n",
    "apple en": f"{{0}}\n\n> On 30 Nov 2026, at 10:12, {US} wrote:\n> \n> A new message\n",
    "lines only": "{0}\r\n\r\n> A new message\r\n>\r\n> Read and reply\r\n",
    "nothing quoted": "{0}\n",
}
REPLIES = {
    "en": "Yes, Monday at 10:00 is fine.\n\n- 20 units\n- delivery in May\n\nOn price: as before.\n"
    "Best regards,\nAyesha",
    "ur": "جی ہاں، پیر 10:00 بجے ٹھیک ہے۔\n\nنرخ از لاہور: وہی۔\nشکریہ\nعائشہ",
    "zh": "好的，周一10:00见。\n\n1. 20台\n2. 五月交货\n\n谢谢，\n李伟",
}


@pytest.mark.parametrize("language", REPLIES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_programs_quote_is_left_out_and_nothing_else(program, language):
    assert new_text(PROGRAMS[program].format(REPLIES[language])) == REPLIES[language]


def test_a_page_without_its_text_is_read_as_text():
    page = (
        "<html><head><style>p{}</style><title>x</title></head><body><div>你好 &amp; 谢谢</div>"
        "<div>第二行</div><br><blockquote>旧的</blockquote></body></html>"
    )
    assert new_text(text_of(page)) == "你好 & 谢谢\n第二行"


@pytest.mark.parametrize(
    "hostile",
    ["\n", "On \n", "> ", ">\n", "\n\n_", "From: \n", "2026年1月1日", "<", "<div>", "a@", "发件人:\n"],
)
def test_no_text_takes_long(hostile):
    begun = time.process_time()
    new_text(text_of(hostile * 20_000))
    new_text(hostile * 20_000)
    assert time.process_time() - begun < 5  # without the limits it is minutes
