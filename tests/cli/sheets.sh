#!/bin/sh
# sanitize
# Sheets of figures kept by hand: CSV and XLSX come in as a source of its own, and a wrong cell is told, never guessed.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
map='date.dmy=Datum,place=Ort,killed=Tote,injured=Verletzte,killed.child=Tote Kinder,source=Quelle'
claims() { "$RELATA" claims --format jsonl "$@"; }

python3 - "$t" <<'PY'
import sys, zipfile
t = sys.argv[1]
rows = [["Datum", "Ort", "Tote", "Verletzte", "Tote Kinder", "Quelle", "Notiz"],
        ["12.03.2026", "Limassol", "4", "11", "", "Feuerwehr Zypern", "=1+1"],
        ["13.03.2026", "Λεμεσός", "9+", "30-35", "2", "Ministry of Health", "σημείωση του γραφείου\r\nγια τους νεκρούς και τους τραυματίες στο λιμάνι; \"έτσι\""],
        ["", "", "", "", "", "", ""],
        ["14.03.2026", "Limassol, Cyprus", "12", "", "", "Ministry of Health", ""]]
def csv(sep, eol):
    q = lambda c: '"' + c.replace('"', '""') + '"' if any(x in c for x in sep + '"\r\n') else c
    return eol.join(sep.join(q(c) for c in r) for r in rows) + eol
open(t + "/a.csv", "w", encoding="utf-8", newline="").write(csv(";", "\r\n"))
open(t + "/b.csv", "w", encoding="utf-8-sig", newline="").write(csv(",", "\n"))
open(t + "/c.tsv", "w", encoding="utf-16", newline="").write(csv("\t", "\r\n"))
open(t + "/d.csv", "w", encoding="iso8859-7", newline="").write(csv(";", "\r\n"))

W = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
def book(path, sheet, shared="", styles=None, pr="", extra={}):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        parts = {"xl/workbook.xml": f'<workbook {W}>{pr}<sheets><sheet name="Notes" sheetId="1" r:id="r1"/><sheet name="Figures" sheetId="2" r:id="r2"/></sheets></workbook>',
                 "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
                 "xl/sharedStrings.xml": shared, "xl/styles.xml": styles or "",
                 "xl/worksheets/sheet1.xml": f'<worksheet {W}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>nothing</t></is></c></row></sheetData></worksheet>',
                 "xl/worksheets/sheet2.xml": sheet}
        parts.update(extra)
        for name, text in parts.items():
            if text:
                z.writestr(name, text)
strings = ["Datum", "Ort", "Tote", "Verletzte", "Quelle", "Limassol", "Ministry of Health"]
shared = f'<sst {W}>' + "".join(f"<si><t>{s}</t></si>" if i != 5 else "<si><r><t>Lima</t></r><r><t>ssol</t></r><rPh><t>x</t></rPh></si>" for i, s in enumerate(strings)) + "</sst>"
styles = f'<styleSheet {W}><numFmts><numFmt numFmtId="164" formatCode="[$-407]d. mmmm yyyy;@"/><numFmt numFmtId="165" formatCode="0 &quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
def sheet(first, second):
    head = "".join(f'<c r="{c}1" t="s"><v>{i}</v></c>' for c, i in zip("ABCDF", range(5)))
    return (f'<worksheet {W}><sheetData><row r="1">{head}</row>'
            f'<row r="3"><c r="A3" s="1"><v>{first}</v></c><c r="B3" t="s"><v>5</v></c><c r="C3" s="3"><v>4</v></c><c r="D3"><v>11</v></c></row>'
            f'<row r="4"><c r="A4" s="2"><v>{second}.75</v></c><c r="B4" t="s"><v>5</v></c><c r="C4" t="str"><f>1+8</f><v>9+</v></c><c r="D4" t="e"><v>#REF!</v></c><c r="F4" t="s"><v>6</v></c></row>'
            '</sheetData></worksheet>')
book(t + "/1900.xlsx", sheet(46093, 46094), shared, styles)
book(t + "/1904.xlsx", sheet(46093 - 1462, 46094 - 1462), shared, styles, pr='<workbookPr date1904="1"/>')
bomb = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98+i)} "{("&"+chr(97+i)+";")*20}">' for i in range(12)) + f']><worksheet {W}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData></worksheet>'
book(t + "/bomb.xlsx", bomb)
book(t + "/outside.xlsx", f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet {W}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Tote&x;</t></is></c></row><row r="2"><c r="A2"><v>3</v></c></row></sheetData></worksheet>')
book(t + "/cut.xlsx", sheet(46093, 46094)[:-40], shared, styles)
book(t + "/wide.xlsx", f'<worksheet {W}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Tote</t></is></c><c r="BDWGN1"><v>1</v></c></row></sheetData></worksheet>')
book(t + "/back.xlsx", f'<worksheet {W}><sheetData><row r="5"><c r="A5"><v>1</v></c></row><row r="2"/></sheetData></worksheet>')
book(t + "/zeros.xlsx", f"<worksheet {W}>" + " " * (70 << 20) + "</worksheet>")
open(t + "/notzip.xlsx", "wb").write(b"PK\x03\x04" + b"\0" * 500)
full = ["Tote"] + ["c%d" % i for i in range(1, 1024)]
open(t + "/columns.csv", "w").write(",".join(full) + "\n3\n")
open(t + "/columns1.csv", "w").write(",".join(full + ["one"]) + "\n3\n")
open(t + "/million.csv", "w").write("," * 1000000 + "\nTote\n3\n")
open(t + "/cell.csv", "w").write("Tote,Notiz\n3," + "x" * 32768 + "\n")
open(t + "/cell1.csv", "w").write("Tote,Notiz\n3," + "x" * 32769 + "\n")
open(t + "/open.csv", "w").write('Tote\n3\n"4\n5\n')
open(t + "/faults.csv", "w").write("Tote\n" + "viele\n" * 150)
open(t + "/empty.csv", "w").write("\n\n")
open(t + "/hxl.csv", "w").write("Tote,Ort\n#affected+killed,#loc\n3,Limassol\n'=4,Limassol\n")
open(t + "/long.csv", "w").write("Art,Zahl,wer\nkilled,3,child\ninjured,5,any\ndead,1,any\nkilled,1,dog\n")
PY

# the same figures from any separator, encoding and line end; blank rows keep the numbers of the others
claims --map "$map" --source desk "$t/a.csv" >"$t/a"
for f in b.csv c.tsv d.csv; do
    claims --map "$map" --source desk "$t/$f" 2>"$t/err" | sed "s|$t/$f|$t/a.csv|" >"$t/b"
    cmp "$t/a" "$t/b"
done
python3 - "$t/a" <<'PY'
import json, sys
c = [json.loads(l) for l in open(sys.argv[1])]
row = lambda x: (x["measure"], x["who"], x["value"]["low"], x["value"]["high"], x["date"], x["place"]["name"], x["source"][0]["name"])
assert [row(x) for x in c] == [
    ("killed", "any", 4, 4, "2026-03-12", "Limassol", "Feuerwehr Zypern"), ("injured", "any", 11, 11, "2026-03-12", "Limassol", "Feuerwehr Zypern"),
    ("killed", "any", 9, None, "2026-03-13", "Limassol", "Ministry of Health"), ("injured", "any", 30, 35, "2026-03-13", "Limassol", "Ministry of Health"),
    ("killed", "child", 2, 2, "2026-03-13", "Limassol", "Ministry of Health"), ("killed", "any", 12, 12, "2026-03-14", "Limassol", "Ministry of Health")], c
assert c[2]["evidence"].split("\t")[:4] == ["3", "13.03.2026", "Λεμεσός", "9+"] and c[5]["evidence"].startswith("5\t")
assert len({x["id"] for x in c}) == len(c) and all(x["value"]["qualifier"] for x in c)
PY

# a workbook: shared strings, days by their format in both calendars, the sheet by its name
for f in 1900 1904; do
    if claims --map 'sheet:=Figures,date=Datum,place=Ort,killed=Tote,injured=Verletzte,source=Quelle' "$t/$f.xlsx" >"$t/x" 2>"$t/err"; then exit 1; fi
    grep -q "row 4, column 'Verletzte': '#REF!'" "$t/err"
    python3 - "$t/x" <<'PY'
import json, sys
c = [json.loads(l) for l in open(sys.argv[1])]
assert [(x["measure"], x["value"]["low"], x["date"], x["place"]["id"], [s["name"] for s in x["source"]]) for x in c] == [
    ("killed", 4, "2026-03-12", 146384, []), ("injured", 11, "2026-03-12", 146384, []), ("killed", 9, "2026-03-13", 146384, ["Ministry of Health"])], c
PY
done

# what can't be read is told with its row and column; nothing is guessed
fails() {
    want=$1
    shift
    if claims "$@" >"$t/x" 2>"$t/err"; then echo "$* passes"; exit 1; fi
    grep -q -- "$want" "$t/err" || { cat "$t/err"; exit 1; }
}
none() { fails "$@"; [ ! -s "$t/x" ]; }
none "row 2, column 'Datum': '12.03.2026' is no ISO 8601 day" --map 'date=Datum,killed=Tote' "$t/a.csv"
none "no column 'Dead'; there are Datum, Ort" --map 'killed=Dead' "$t/a.csv"
fails "'dead' is no measure" --map 'value=Zahl,measure=Art,who=wer' "$t/long.csv"
grep -q "row 5, column 'wer': 'dog'" "$t/err"
[ "$(wc -l <"$t/x")" = 2 ]
none "nothing that a column can hold" --map 'killed=Tote,colour=Ort' "$t/a.csv"
none "has no sheet 'Other'" --map 'sheet:=Other,killed=Tote' "$t/1900.xlsx"
none "no column 'Tote'" --map 'killed=Tote' "$t/1900.xlsx"
for f in bomb outside cut back notzip; do none "$f.xlsx" --map 'sheet:=Figures,killed=Tote' "$t/$f.xlsx"; done
none "comes to more than" --map 'sheet:=Figures,killed=Tote' "$t/zeros.xlsx"
none "row 1: over 1024 columns" --map 'sheet:=Figures,killed=Tote' "$t/wide.xlsx"
none "row 1: over 1024 columns" --map 'killed=Tote' "$t/columns1.csv"
none "row 1: over 1024 columns" --map 'killed=Tote' "$t/million.csv"
none "row 2: a cell of over 32768 bytes" --map 'killed=Tote' "$t/cell1.csv"
none "row 3: a quotation mark is never closed" --map 'killed=Tote' "$t/open.csv"
none "is empty" --map 'killed=Tote' "$t/empty.csv"
none "and 50 more such cells" --map 'killed=Tote' "$t/faults.csv"
[ "$(wc -l <"$t/err")" = 101 ]
[ "$(claims --map 'killed=Tote' "$t/columns.csv" | wc -l)" = 1 ]
[ "$(claims --map 'killed=Tote' "$t/cell.csv" | wc -l)" = 1 ]
if "$RELATA" account --source desk "$t/a.csv" 2>"$t/err"; then exit 1; fi
grep -q -- "needs --map" "$t/err"

# hashtags in the second row are no figures; an apostrophe against formulas is none of the cell
fails "row 4, column 'Tote': '=4'" --map 'killed=Tote,place=Ort' "$t/hxl.csv"
[ "$(wc -l <"$t/x")" = 1 ]

# in an account: a source of its own, held against the reports; the map in a file
printf 'date.dmy=Datum\nplace=Ort\nkilled=Tote\n# children apart\nkilled.child=Tote Kinder\n' >"$t/map"
"$RELATA" account --format json --map "@$t/map" --source "Our desk, Nicosia" examples/*.txt "$t/a.csv" >"$t/account"
"$RELATA" account --format json --map "@$t/map" --source "Our desk, Nicosia" "$t/a.csv" $(ls examples/*.txt | sort -r) >"$t/again"
cmp "$t/account" "$t/again"
python3 - "$t/account" <<'PY'
import json, sys
a = json.load(open(sys.argv[1]))
s = next(s for s in a["series"] if (s["measure"], s["who"], s["place"]["name"]) == ("killed", "any", "Limassol"))
ours = {p["value"]["low"]: p for p in s["points"] if {"name": "Our desk, Nicosia", "kind": "report"} in p["origins"]}
assert sorted(ours) == [4, 9, 12], ours
assert len(ours[12]["origins"]) > 1 and ours[4]["standing"] == "superseded"
assert "und" not in a["languages"]
PY

# in a store: the same claims, also when they are read again
"$RELATA" add --store "$t/s" --map "$map" --source desk "$t/a.csv" 2>/dev/null
claims --store "$t/s" >"$t/stored"
cmp "$t/a" "$t/stored"
"$RELATA" redo --all --store "$t/s" 2>/dev/null
claims --store "$t/s" >"$t/stored"
cmp "$t/a" "$t/stored"
"$RELATA" store check "$t/s" >/dev/null
