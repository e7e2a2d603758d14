"""Files that cannot be imported, and the first thing that is said about each."""

HEADER = "name_en,pitch,place,primary_sector,ask_min,ask_max,ask_currency,seeks_capital,ask_audience"
GOOD = "Ravi Rover,Robots,PK-LHE,IND02,1000,2000,USD,yes,matched"

WRONG = {
    "empty": (b"", "The file is empty."),
    "only blank lines": (b"\n \n\n", "The file is empty."),
    "only a header": (HEADER.encode(), "There are no rows under the header."),
    "utf-16": (f"{HEADER}\n{GOOD}".encode("utf-16"), "The file is in UTF-16. Save it as CSV in UTF-8."),
    "latin-1": (
        f"{HEADER}\n{GOOD}\n".encode() + "Café,x".encode("latin-1"),
        "line 3: This is not UTF-8. Save the file as CSV in UTF-8.",
    ),
    "a program": (b"\x7fELF\x00\x01", "The file contains null bytes, so it is not a CSV file."),
    "semicolons": (b"name_en;pitch\nX;Y", "line 1: Separate the columns with commas."),
    "no name column": (b"pitch,place\nX,PK", "line 1, column name_en: This column is missing."),
    "an unknown column": (
        b"name_en,pich\nX,Y",
        "line 1, column pich: There is no such column. Did you mean “pitch”?",
    ),
    "a field that nobody may set": (
        b"name_en,status\nX,approved",
        "line 1, column status: There is no such column.",
    ),
    "a column twice": (b"name_en,pitch,pitch\nX,Y,Z", "line 1, column pitch: This column appears twice."),
    "a column without a name": (b"name_en,,pitch\nX,Y,Z", "line 1, column 2: This column has no name."),
    "too few cells": (
        f"{HEADER}\n{GOOD}\nShort,row".encode(),
        "line 3: This row has 2 cells, the header has 9.",
    ),
    "too many cells": (f"{HEADER}\n{GOOD},x,y".encode(), "line 2: This row has 11 cells, the header has 9."),
    "an open quote": (
        b'name_en,pitch\nA,B\n"C,D\nE,F\n',
        "line 3: The file is not valid CSV after this point (unexpected end of data).",
    ),
    "no name": (b"name_en,pitch\n,B\n", "line 2, column name_en: This field is required."),
    "an unknown code": (b"name_en,place\nA,PK-XX\n", "line 2, column place: “PK-XX” is not in the list."),
    "an unknown choice": (
        b"name_en,revenue\nA,much\n",
        "line 2, column revenue: Select a valid choice. much is not one of the available choices.",
    ),
    "not yes or no. Write “yes” or “no”": (
        b"name_en,seeks_capital\nA,maybe\n",
        "line 2, column seeks_capital: “maybe” is not yes or no. Write “yes” or “no”.",
    ),
    "amounts upside down": (
        b"name_en,ask_min,ask_max\nA,5,4\n",
        "line 2, column ask_max: The highest amount is below the lowest amount.",
    ),
    "a disguised name": (
        "name_en\nPay\u202epal\n".encode(),
        "line 2, column name_en: Remove the text-direction control character U+202E: it can disguise a name.",
    ),
    "a name twice": (
        b"name_en\nRavi Rover\nRAVI  rover\n",
        "line 3, column name_en: The same company is on line 2.",
    ),
    "a registration twice": (
        b"name_en,registration_number\nA,R1\nB,r1\n",
        "line 3, column registration_number: The same company is on line 2.",
    ),
    "a need twice": (b"name_en,needs\nA,cloud;cloud\n", "line 2, column needs: This is already in the list."),
    "an urgency that is none": (
        b"name_en,needs\nA,cloud:9\n",
        "line 2, column needs: Select a valid choice. 9 is not one of the available choices.",
    ),
    "too long": (
        b"name_en\n" + b"x" * 121 + b"\n",
        "line 2, column name_en: Use at most 120 characters. You have used 121.",
    ),
    "not enough for review": (
        b"name_en,pitch\nA,B\n",
        "line 2, column summary: Needed for review: a summary.",
    ),
}
