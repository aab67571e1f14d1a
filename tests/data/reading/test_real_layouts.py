"""Small copies of the layouts of public tables, with figures of our own: provinces and figures as an eye reads them.

Besides 19 CSV files (yearbooks, an atlas, surveys), these workbooks were read sheet by sheet, every figure held against
another reader's and 20 cells of each against the sheet as it is printed:

- mdtrinh/vietnamdata, ``data-raw/PCI``: ``PCI_2005.xls`` to ``PCI_2011.xls``, ``PCI_2012.xlsx`` to ``PCI_2016.xlsx``, the
  competitiveness index: a sheet a component; 2008, 2010 to 2016 pairs of name and score sorted each for itself.
- mdtrinh/vietnamdata, ``data-raw/PAPI/PAPI_2011-2016.xlsx``, the governance index: a sheet a year, two languages.
- mdtrinh/vietnamdata, ``data-raw/Budget``: ``Plan_2003.xls``, ``2004``, ``2006``, ``2008``, ``2011``, ``2017``,
  ``Final_2006.xls``, ``Final_2011.xls``, budgets of the provinces as the Ministry of Finance prints them: TCVN3 in 2003,
  headings wrapped over up to six rows or in two languages, columns numbered, regions numbered in Roman figures.
- tuankhoin/COVID-VN-Data-Retrieval, ``MOH_PatientTable_24_05.xlsx``: a row a patient.
- letung3105/coviddata: ``gso/vietnam-2020-average-population-by-province.csv``, cases by day and province (days down), mean
  population by codes of an atlas (powers of ten).
- mdtrinh/vietnamdata, ``PCI_Import.ods``: which columns to take, no table of provinces; refused.
- bluefoxr/COINr, ``ASEM_iMeta``, ``ASEM_iData`` (68 and 51 rows), written as R, as a Vietnamese Excel (";") and as xlsx:
  2,499 cells alike by both ways in (``test_coinr_tables.py``).
- an encyclopaedia's table of provinces (HTML, two rows of headings), rebuilt from its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import piikit as pk
from piikit.data.reading.table.workbook import read_contents


def tree(*indicators: tuple[str, str, str, str]) -> pk.Framework:
    """A framework of one level: code, names, unit."""
    rows: list[dict[str, str]] = [{"code": "X", "parent": "", "name_vi": "Chỉ số", "name_en": "Index"}]
    rows += [
        {"code": c, "parent": "X", "name_vi": vi, "name_en": en, "unit": unit}
        for c, vi, en, unit in indicators
    ]
    return pk.Framework.from_frame(pd.DataFrame(rows), name="tables")


@dataclass(frozen=True)
class Case:
    """A table, and what an eye reads of it: figures by province and code, or what must be asked."""

    name: str
    text: str
    indicators: tuple[tuple[str, str, str, str], ...]
    figures: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    year: int | None = None
    asked: tuple[str, ...] = ()
    may_ask: bool = False
    known: bool = False
    kind: str = "csv"
    said: tuple[str, ...] | None = None


PEOPLE = (
    ("area", "Diện tích", "Area", "km2"),
    ("population", "Dân số trung bình", "Population", "thousand people"),
)
HEALTH = (("T", "Tổng số", "Total", "number"), ("H", "Bệnh viện", "Hospital", "number"))
CASES = (
    Case(
        "statistical yearbook in Vietnamese, no heading over the names, units in brackets",
        '\ufeff" ","Diện tích(*) (Km2)","Dân số trung bình (Nghìn người)"\n"CẢ NƯỚC",331000.4,98700.9\n'
        '"Đồng bằng sông Hồng",21300.3,23400.4\n"Hà Nội",3360.3,8400.9\n"Hoà Bình",4590.7,870.2\n'
        '"Bắc Trung Bộ và Duyên hải miền Trung",95800.5,20600.1\n"Khánh Hoà",5190.7,1250.5\n'
        '"Bà Rịa-Vũng Tàu",1980.5,1170.8\n"Hồ Chí Minh (Sài Gòn)",2095.6,9300.2\n',
        PEOPLE,
        {
            "Hà Nội": (3360.3, 8400.9),
            "Hòa Bình": (4590.7, 870.2),
            "Khánh Hòa": (5190.7, 1250.5),
            "Bà Rịa - Vũng Tàu": (1980.5, 1170.8),
            "TP. Hồ Chí Minh": (2095.6, 9300.2),
        },
    ),
    Case(
        "statistical yearbook in English, title, regions, years before the names of the columns",
        '"Number of units by province by Cities, provincies, Years and Units"\n\n'
        '"Cities, provincies","2023 Towns","2023 Communes","2024 Towns","2024 Communes"\n'
        '"WHOLE COUNTRY",52,8207,48,7969\n"Red River Delta",8,1742,7,1623\n"Ha Noi",1,381,2,382\n'
        '"Northern midlands and mountain areas",4,2020,4,1996\n"Ha Giang",..,176,..,174\n'
        '"North Central area and Central coastal area",19,2179,18,2118\n"Thua Thien Hue",2,95,3,94\n'
        '"Bình Dinh",2,116,1,113\n',
        (("T", "Thị xã", "Towns", "number"), ("C", "Xã", "Communes", "number")),
        {
            "Hà Nội": (2, 382),
            "Hà Giang": (None, 174),
            "Thừa Thiên Huế": (3, 94),
            "Bình Định": (1, 113),
        },
        year=2024,
    ),
    Case(
        "statistical yearbook in English, years after the names, provisional year, a former province, double spaces",
        '"Crude birth rate and crude death rate by province by Cities, provincies, Iterms and Year"\n\n'
        '"Cities, provincies","Crude birth rate 2022","Crude birth rate 2023","Crude birth rate Prel. 2025",'
        '"Crude death rate 2022","Crude death rate 2023","Crude death rate Prel. 2025"\n'
        '" WHOLE COUNTRY",15.20,14.16,13.70,6.10,5.70,6.10\n"Red River Delta",15.20,14.22,13.80,6.92,5.31,5.80\n'
        '"Ha Tay",..,..,..,..,..,..\n"Ha Noi",16.10,14.01,13.33,7.10,4.87,4.34\n"Vinh Phuc",15.30,14.94,12.42,6.31,5.49,6.10\n'
        '"Quang  Nam",14.80,14.81,16.23,7.41,6.32,5.73\n"Ho Chi Minh city",11.90,11.10,10.30,4.21,4.12,4.05\n',
        (
            ("B", "Tỷ suất sinh thô", "Crude birth rate", "per 1,000 people"),
            ("D", "Tỷ suất chết thô", "Crude death rate", "per 1,000 people"),
        ),
        {
            "Hà Nội": (16.10, 7.10),
            "Vĩnh Phúc": (15.30, 6.31),
            "Quảng Nam": (14.80, 7.41),
            "TP. Hồ Chí Minh": (11.90, 4.21),
        },
        year=2022,
    ),
    Case(
        "statistical yearbook in English, dates before the names, land that is no province's is asked about",
        '"Structure of used land by province by Cities, provincies, Year and Land use"\n\n'
        '"Cities, provincies","31/12/2022 Total area","31/12/2022 Forestry land","31/12/2023 Total area",'
        '"31/12/2023 Forestry land"\n"WHOLE COUNTRY",100.00,46.70,100.00,46.70\n'
        '"Red River Delta",100.00,24.30,100.00,24.20\n"Ha Noi",100.00,6.10,100.00,6.00\n'
        '"Hung Yen",100.00,..,100.00,0.00\n"Central Highlands",100.00,44.90,100.00,45.00\n'
        '"Kon Tum",100.00,62.10,100.00,62.40\n"TP.Ho Chi Minh",100.00,17.20,100.00,17.00\n"Nec.",0.00,40.20,100.00,27.20\n',
        (("F", "Đất lâm nghiệp", "Forestry land", "%"),),
        asked=("Nec.",),
        year=2022,
    ),
    Case(
        "statistical yearbook in English, dwellings, a year misprinted",
        '"Average dwelling area by type of house"\n\n"Cities, provincies","2020 Total","2020 Permanent house",'
        '"2022 Total","2022 Permanent house","Prel. 20204 Total","Prel. 20204 Permanent house"\n'
        '" WHOLE COUNTRY",25.30,29.00,27.16,30.63,28.98,32.95\n"Ha Noi",30.94,31.46,32.12,32.49,34.32,34.52\n'
        '"Thua Thien-Hue",24.16,27.84,25.24,29.36,26.84,30.48\n"Khanh  Hoa",22.19,24.11,25.51,29.31,29.02,31.93\n',
        (("P", "Nhà kiên cố", "Permanent house", "m2"),),
        {"Hà Nội": (32.49,), "Thừa Thiên Huế": (29.36,), "Khánh Hòa": (29.31,)},
        year=2022,
    ),
    Case(
        "one indicator that only the title names, headings that are years",
        '"Percentage of literate population by province by Cities, provinces and Year"\n\n'
        '"Cities, provinces","2006","2022","2024"\n"WHOLE COUNTRY",93.60,96.13,96.64\n"Ha Noi",98.30,99.29,99.44\n'
        '"Ha Tay",95.70,..,..\n"Hue",91.70,92.84,95.67\n',
        (("L", "Tỷ lệ biết chữ", "Percentage of literate population", "%"),),
        {"Hà Nội": (99.29,), "Thừa Thiên Huế": (92.84,)},
        year=2022,
        may_ask=True,
    ),
    Case(
        "rows of observations with many columns beside",
        "section,indicator_id,province_code,province_name,period,year,value,unit,raw_value,province_name_source\n"
        "population,area,VN_1,Ha Noi,2022,2022,3361.84,km2,3361.84,Ha Noi\n"
        "population,population,VN_1,Ha Noi,2022,2022,8431.65,thousand persons,8431.65,Ha Noi\n"
        "population,area,VN_2,Vinh Phuc,2022,2022,1237.00,km2,1237.00,Vinh Phuc\n"
        "population,population,VN_2,Vinh Phuc,2022,2022,1196.62,thousand persons,1196.62,Vinh Phuc\n"
        "population,population,VN_2,Vinh Phuc,2023,2023,1211.62,thousand persons,1211.62,Vinh Phuc\n",
        PEOPLE,
        {"Hà Nội": (3361.84, 8431.65), "Vĩnh Phúc": (1237.0, 1196.62)},
        year=2022,
        may_ask=True,
    ),
    Case(
        "GRDP per head, codes of the offices, names without accents",
        "\ufeffcode,Name,grdp\n1,Ha Noi,141.51\n26,Vinh Phuc,127.2\n77,Ba Ria - Vung Tau,310.4\n79,Ho Chi Minh,158.3\n",
        (("grdp", "GRDP bình quân", "GRDP per head", "million VND"),),
        {
            "Hà Nội": (141.51,),
            "Vĩnh Phúc": (127.2,),
            "Bà Rịa - Vũng Tàu": (310.4,),
            "TP. Hồ Chí Minh": (158.3,),
        },
    ),
    Case(
        "health establishments, two dots for gaps, a heading with commas in quotes",
        "\ufeffcode,Name,Total,Hospital,Local clinic,Rehabilitation hospital,"
        '"Health station at commune, ward, office, enterprise"\n1,Ha Noi,670,38,1,55,576\n27,Bac Ninh,151,12,1,..,138\n'
        "49,Quang Nam,281,..,1,9,271\n",
        HEALTH,
        {"Hà Nội": (670, 38), "Bắc Ninh": (151, 12), "Quảng Nam": (281, None)},
    ),
    Case(
        "health establishments before 2008, regions without accents, a former and a misspelt province",
        "code,Name,Total,Hospital\n,CA NUOC,12372,822\n,Dong bang song Hong,2756,173\n1,Ha Noi,281,18\n"
        ",Ha Tay,361,16\n31,Hai Phuong,262,22\n,Dong Nam Bo,900,70\n75,Dong Nai,214,13\n",
        HEALTH,
        asked=("Ha Tay", "Hai Phuong"),
    ),
    Case(
        "area, population and density of R, row numbers, names with accents",
        '"","province","area","population","density","code"\n"1","An Giang",3536.5,2155.1,608,"VN-44"\n'
        '"2","Bà Rịa Vũng Tàu",1989.2,1052.4,528,"VN-43"\n"29","Hồ Chí Minh",2095.3,7818.1,3730,"VN-SG"\n',
        PEOPLE,
        {
            "An Giang": (3536.5, 2155.1),
            "Bà Rịa - Vũng Tàu": (1989.2, 1052.4),
            "TP. Hồ Chí Minh": (2095.3, 7818.1),
        },
    ),
    Case(
        "vaccination by province, names in the middle, lists and long decimals beside",
        ",totalInjected,population,provinceCode,provinceName,daily,ratioOnePerAll\n"
        "0,838831,8053661,01,Hà Nội,[],9.691998573568503\n1,50832,854671,02,Hà Giang,[],5.535996555431923\n"
        "10,40711,854133,17,Hoà Bình,[],4.1\n",
        (
            ("totalInjected", "Đã tiêm", "Injected", "doses"),
            ("ratioOnePerAll", "Tỷ lệ tiêm", "Share injected", "%"),
        ),
        {
            "Hà Nội": (838831, 9.691998573568503),
            "Hà Giang": (50832, 5.535996555431923),
            "Hòa Bình": (40711, 4.1),
        },
    ),
    Case(
        "coordinates of provinces, heading in two words",
        "Tỉnh Thành,Latitude,Longitude\nLào Cai,22.0041,103.5752\nYên Bái,21.7354,104.8633\n",
        (("Latitude", "Vĩ độ", "Latitude", ""), ("Longitude", "Kinh độ", "Longitude", "")),
        {"Lào Cai": (22.0041, 103.5752), "Yên Bái": (21.7354, 104.8633)},
    ),
    Case(
        "codes of provinces in several surveys, a former province, other spellings beside",
        '"province_name","province_name_full","enterprise_census","province_name_diacritics","regex","pci","papi"\n'
        '"An Giang","An Giang","89","An Giang","An Giang","18","89"\n'
        '"Bac Kan","Bac Kan","6","Bắc Kạn","Bac [CK]an","54","6"\n"Ha Tay","Ha Tay","28",,"Ha Tay","42",\n',
        (("pci", "PCI", "PCI code", ""), ("papi", "PAPI", "PAPI code", "")),
        asked=("Ha Tay",),
    ),
    Case(
        "anonymous provinces of a governance survey",
        "Province,SC01,SC02\nP01,0.79,0.81\nP02,0.85,0.88\n",
        (("SC01", "Tham gia", "Participation", "0-1"), ("SC02", "Minh bạch", "Transparency", "0-1")),
        asked=("P01", "P02"),
    ),
    Case(
        "towns instead of provinces",
        "name,state,code,type,level\nAn Khê,VN-30,VN.GL.AK,Thị xã,4\nBảo Lộc,VN-35,VN.LD.BL,Thành phố,3\n"
        "Cao Bằng,VN-04,VN.CB.CB,Thành phố,2\n",
        (("level", "Cấp", "Level", ""),),
        asked=("An Khê", "Bảo Lộc"),
    ),
)


def shares(*names: str) -> tuple[tuple[str, str, str, str], ...]:
    """Indicators of this name in Vietnamese, without a unit."""
    return tuple((f"q{i}z", name, "", "") for i, name in enumerate(names, 1))


MONEY = (
    ("R", "Tổng thu NSNN trên địa bàn", "", "triệu đồng"),
    ("E", "Tổng chi cân đối ngân sách địa phương", "", "triệu đồng"),
    ("B", "Bổ sung cân đối", "", "triệu đồng"),
)
# Workbooks: "## name" begins a sheet, "|" stands between cells, "\\n" for a line break within one, "~" for a hard space.
BOOKS = (
    Case(
        "competitiveness index: pairs of name and score, each sorted, headings over the scores only",
        "Thứ tự|Tỉnh|Gia nhập\\n thị trường||Tiếp cận \\nđất đai||PCI 2014|Xếp hạng\n1|Đồng Tháp|9.37|Trà Vinh|7.29|Đà Nẵng|66.8|1\n"
        "2|Quảng Trị|9.21|Đồng Tháp|7.19|Đồng Tháp|65.2|2\n3|Đà Nẵng|9.02|Đăk Lăk|7.08|Trà Vinh|64.6|3\n"
        "4|Trà Vinh|8.96|Quảng Trị|6.9|Quảng Trị|62.7|4\n5|Đắc Lắc|8.1|Đà Nẵng|6.8|Đăk Lăk|60.1|5\n",
        shares("Gia nhập thị trường", "Tiếp cận đất đai", "PCI 2014"),
        {
            "Đồng Tháp": (9.37, 7.19, 65.2),
            "Quảng Trị": (9.21, 6.9, 62.7),
            "Đà Nẵng": (9.02, 6.8, 66.8),
            "Trà Vinh": (8.96, 7.29, 64.6),
            "Đắk Lắk": (8.1, 7.08, 60.1),
        },
        kind="xlsx",
        said=(),
    ),
    Case(
        "competitiveness index: pairs below three rows of headings, pairs of which no indicator is read, ranks below",
        "|Chỉ số 1|Cấp phép||Đất đai||Minh bạch|\nThứ tự|Tỉnh, thành phố|Nhóm chỉ tiêu 1|Tỉnh, thành phố|Nhóm chỉ tiêu 2|Tỉnh, thành phố|Nhóm chỉ tiêu 3\n"
        "1|Hà Nội|9.36|BRVT|8.05|TT-Huế|7.92\n2|BRVT|9.16|TP.Hồ Chí Minh|8.01|Hà Nội|7.71\n3|TT-Huế|9.13|Hà Nội|8|BRVT|7.67\n"
        "4|TP.Hồ Chí Minh|9.02|TT-Huế|7.5|TP.Hồ Chí Minh|7.1\n|||||\n|Xếp hạng|63||48||13\n",
        shares("Cấp phép", "Đất đai"),
        {
            "Hà Nội": (9.36, 8.0),
            "Bà Rịa - Vũng Tàu": (9.16, 8.05),
            "Thừa Thiên Huế": (9.13, 7.5),
            "TP. Hồ Chí Minh": (9.02, 8.01),
        },
        kind="xlsx",
        said=("total", "unused"),
    ),
    Case(
        "competitiveness index: a name with and without brackets, columns not wanted, MIN and MAX below",
        "|Tỉnh, thành phố|Khía cạnh 1: Đất đai (dữ liệu mềm)|Khía cạnh 1: Đất đai (dữ liệu cứng)|Khía cạnh 1: Đất đai\n1|Sóc Trăng|7.8|9.06|8.36\n"
        "2|Kiên Giang|7.7|8.94|8.2\n3|BRVT|6.3|9.6|7.67\n|MIN|6.3|8.94|7.67\n|MAX|7.8|9.6|8.36\n",
        shares(
            "Khía cạnh 1: Đất đai (dữ liệu mềm)",
            "Khía cạnh 1: Đất đai (dữ liệu cứng)",
            "Khía cạnh 1: Đất đai",
        ),
        {
            "Sóc Trăng": (7.8, 9.06, 8.36),
            "Kiên Giang": (7.7, 8.94, 8.2),
            "Bà Rịa - Vũng Tàu": (6.3, 9.6, 7.67),
        },
        kind="xlsx",
        said=("total",),
    ),
    Case(
        "competitiveness index: a row of question numbers below the headings, lowest and highest of the sample, a slip in a name",
        "Tỉnh, thành phố|% DN phải chờ|Điểm chỉ số thành phần\nTham chiếu phiếu điều tra|B2/8|\nAn Giang|33.3|6.35\nHaải Dương|52.6|6.19\n"
        "Bến Tre|35|7.01\nĐiểm thấp nhất mẫu|33.3|6.19\nĐiểm cao nhất mẫu|52.6|7.01\n",
        shares("Điểm chỉ số thành phần"),
        asked=("Haải Dương",),
        kind="xlsx",
    ),
    Case(
        "competitiveness index: least and greatest named on the left of the second table, or right of the names",
        "Tỉnh|Vùng|Nhóm|Gia nhập|Tỉnh/Thành phố|Đất đai\nHà Nội|Đồng bằng|Tốt|8.3|Quảng Trị|9.4\nHà Giang|Miền núi|Thấp|8.1|Hà Nội|7.3\n"
        "Quảng Trị|Miền Trung|Khá|7.9|Hà Giang|6.2\n|||||\n||Min|7.9||6.2\n||Trung vị|8.1||7.3\n",
        shares("Gia nhập", "Đất đai"),
        {"Hà Nội": (8.3, 7.3), "Hà Giang": (8.1, 6.2), "Quảng Trị": (7.9, 9.4)},
        kind="xlsx",
        said=("total",),
    ),
    Case(
        "competitiveness index: names of variables below an empty row, a province chosen once more below with median",
        "PCI ID|Tỉnh|Chỉ số thành phần 4|Số cuộc thanh tra\n||~|\n|pci_id|sub4_time|d1\n1|Hà Nội|5.86|1\n2|Hải Phòng|5.79|2\n4|Tp.HCM|6.23|1\n5|Hậu Giang|6.1|2\n"
        "|||\n|Tp.HCM|6.23|1\n|Median|6.5|1\n|Max|8.6|2\n",
        shares("Số cuộc thanh tra"),
        {"Hà Nội": (1,), "Hải Phòng": (2,), "TP. Hồ Chí Minh": (1,), "Hậu Giang": (2,)},
        kind="xlsx",
        said=("repeated", "total", "unused"),
    ),
    Case(
        "governance index: a sheet a year, names in two languages in two columns, codes of the office",
        "\n".join(
            f"## {year}_PAPI\ntinhid|tentinh_eng|tentinh_vie|Transparency|Public Health\ntinhid|tentinh_eng|tentinh_vie|Công khai|Y tế\n"
            f"1|Ha Noi|Hà Nội|{a}|1.7\n6|Bac Kan|Bắc Kạn|{b}|1.9\n66|Highest|Điểm cao nhất|{max(a, b)}|1.9"
            for year, a, b in ((2011, 5.9, 5.7), (2012, 6.2, 5.6), (2013, 6.3, 6.0))
        ),
        (("q1z", "Công khai", "Transparency", ""), ("q2z", "Y tế", "Public Health", "")),
        {"Hà Nội": (6.2, 1.7), "Bắc Kạn": (5.6, 1.9)},
        year=2012,
        kind="xlsx",
        said=("total", "unused", "years_aside"),
    ),
    Case(
        "budget of 2003: headings wrapped over many rows, an old font, a group of cities, regions without a row",
        "Bé Tµi chÝnh|||||\n||||§¬n vÞ: TriÖu ®ång.|\nS||tæng thu|Tû lÖ|tæng chi|\nT|tØnh, thµnh phè|NSNN|ph©n chia|c©n ®èi|\n"
        "T||trªn|c¸c nguån|ng©n s¸ch|\n||®Þa bµn||®Þa ph­¬ng|\nA|B|1|2|3|4\n1|Hµ néi|19348000|30|3849306|\n2|H¶i phßng|5992400|100|1757821|\n"
        "3|H¶i d­¬ng|845000|100|835024|\n4|b¾c c¹n|99000|100|335024|\n",
        MONEY[:2],
        {
            "Hà Nội": (19348000, 3849306),
            "Hải Phòng": (5992400, 1757821),
            "Hải Dương": (845000, 835024),
            "Bắc Kạn": (99000, 335024),
        },
        kind="xlsx",
        said=("font", "together", "unused"),
    ),
    Case(
        "budget of 2004: headings and regions in two languages, words run together, hard spaces in empty cells",
        "STT\\nNO|TỈNH, THÀNH PHỐ\\nNAME|TỔNG THU NSNN TRÊN ĐỊA BÀN\\nTOTAL PROVINCIAL BUDGET REVENUE|BỔ SUNG CÂN ĐỐI TỪ NGÂN SÁCH|~\n"
        "A|B|1|2|~\n~|TỔNG SỐ - TOTAL|154820000|22046737|~\nI|ĐÔNG BẮC -~NORTH EAST|6218880|5357426|~\n1|QUẢNG NINH|3596880|~|~\n2|LAO CAI|418100|537090|~\n"
        "II|ĐỒNG BẰNGSÔNG~HỒNG~\\nRED~RIVERDELTA AREA|100|200|~\n3|VĨNH PHÚC|51410|18000|~\nIII|ĐÔNG NAMBỘ\\nSOUTH EAST|100|200|~\n4|TP.~HỒ CHÍ MINH|9000000|~|~\n",
        MONEY[:1],
        {
            "Quảng Ninh": (3596880,),
            "Lào Cai": (418100,),
            "Vĩnh Phúc": (51410,),
            "TP. Hồ Chí Minh": (9000000,),
        },
        kind="xlsx",
        said=("together", "total", "unused"),
    ),
    Case(
        "budget of 2011: groups of headings in two languages, columns numbered and summed, notes below",
        "BỘ TÀI CHÍNH||||||Phụ lục 09\nDỰ TOÁN THU, CHI NGÂN SÁCH NĂM 2011||||||\n||||||Triệu đồng - In millions of dong\n"
        "STT\\nNo|Tỉnh, thành phố\\nName of provinces and cities|Tổng thu NSNN trên địa bàn \\nTotal revenues in the locality|Tỷ lệ (%) phân chia|"
        "Tổng chi cân đối ngân sách địa phương\\nTotal local budget balancing expenditures|Bổ sung từ NSTW - Transfer from central budget|\n"
        "|||||Tổng số\\nTotal|Bổ sung \\ncân đối\\nBalancing transfers\nA|B|1|2|3|4=5+6|5\n|Tổng Số - Total|632000000||300100000|126207159|93778553\n"
        "I|Miền Núi Phía Bắc\\nNorthmountainous area|15178500||44653369|41700523|32948653\n1|Hà Giang|730000|100|3864519|4264259|3402019\n"
        "2|Bắc Cạn|269000|100|1700660|1998450|1434670\nII|Bắc Trung Bộ Và \\nDuyên Hải Miền Trung\\nNorthcentral & centralcoast area|100|||200|300\n"
        "3|TT-Huế|1674000|100|4015576|3076206|2441576\n",
        MONEY,
        {
            "Hà Giang": (730000, 3864519, 3402019),
            "Bắc Kạn": (269000, 1700660, 1434670),
            "Thừa Thiên Huế": (1674000, 4015576, 2441576),
        },
        kind="xlsx",
        said=("together", "total", "unused"),
    ),
    Case(
        "budget of 2017: headings wrapped, rows left over with noughts, a targeted supplement that is no target",
        "||||Đơn vị: triệu đồng|\n||TỔNG|TỶ LỆ|TỔNG CHI|BỔ SUNG CÓ MỤC TIÊU\nSỐ||THU NSNN|ĐIỀU TIẾT|CÂN ĐỐI|Vốn ngoài nước\n"
        "TT|TỈNH, THÀNH PHỐ|TRÊN|PHẦN NSĐP|NGÂN SÁCH|\n||ĐỊA BÀN||ĐỊA PHƯƠNG|\nA|B|1|2|3|4\n|TỔNG SỐ|1313580000||682700000|1\n"
        "I|BẮC T.BỘ VÀ DUYấN HẢI|46598500||99303496|1\n1|HÀ GIANG|1870500|100|8187072|119553\n2|CÀ MAU|4237000|100|6857608|417\n||||0|\n||||0|\n",
        (*MONEY[:2], ("F", "Vốn ngoài nước", "", "triệu đồng")),
        {"Hà Giang": (1870500, 8187072, 119553), "Cà Mau": (4237000, 6857608, 417)},
        kind="xlsx",
        said=("no_unit", "rest", "together", "total", "unused"),
    ),
    Case(
        "budget of 2014: a wage in đồng a month within a heading is no unit",
        "|||Đơn vị: triệu đồng\nTT|Tỉnh|Bổ sung tiền lương tối thiểu|Thu\n||830.000 Đ, 1.050.000Đ/THÁNG|\n||và 1.150.000 Đ/THÁNG (3)|\n"
        "1|Hà Giang|1656914.5|1175000\n2|Cà Mau|915430|960000\n3|Huế|1094213.5|779000\n",
        (("W", "Bổ sung tiền lương tối thiểu", "", "triệu đồng"), ("R", "Thu", "", "triệu đồng")),
        {"Hà Giang": (1656914.5, 1175000), "Cà Mau": (915430, 960000), "Thừa Thiên Huế": (1094213.5, 779000)},
        kind="xlsx",
        said=("rest",),
    ),
    Case(
        "cases of an epidemic: days down, provinces across, of which one day is read",
        "date|Hà Nội|Hồ Chí Minh city|Thừa Thiên - Huế\n"
        + "".join(f"2021-07-{d:02}|{d}|{2 * d}|0\n" for d in range(1, 20)),
        (("2021-07-05", "Ngày 5", "", ""),),
        {"Hà Nội": (5,), "TP. Hồ Chí Minh": (10,), "Thừa Thiên Huế": (0,)},
        kind="csv|",
        said=("unused", "unused_more"),
    ),
    Case(
        "list of patients with their province",
        "Patient|Age|Location|Status\n"
        + "".join(f"{i}|{20 + i}|Hà Nội|Khỏi\n{i}|{30 + i}|Đà Nẵng|Khỏi\n" for i in range(40)),
        (("Age", "Tuổi", "Age", ""),),
        asked=("21",),
        kind="xlsx",
    ),
    Case(
        "mean population by codes of a geographic atlas, powers of ten",
        "ID_1|NAME_1|VARNAME_1|AVGPOPULATION\n23|Hà Nội|Ha Noi City/Hanoi|8.2466e6\n62|Vĩnh Phúc|Vinh Phuc|1.1712e6\n",
        (("AVGPOPULATION", "Dân số", "Population", "people"),),
        {"Hà Nội": (8246600,), "Vĩnh Phúc": (1171200,)},
        kind="csv|",
        said=("unused",),
    ),
    Case(
        "encyclopaedia: table of a page, grouped headings, notes raised on units, thousands with points",
        "<table><tr><th rowspan=2>STT<th rowspan=2>Tên tỉnh<th rowspan=2>Diện tích (km²)<sup>[6]</sup><th rowspan=2>Dân số trung bình (người)<sup>[7]</sup>"
        "<th colspan=2>Hành chính<th rowspan=2>Tỉnh lỵ</tr><tr><th>Thị xã<th>Huyện</tr>"
        "<tr><td>1<td><a href=x>An Giang</a><td>3.536,7<td>1.908.352<td>1<td>8<td>Thành phố Long Xuyên</tr>"
        "<tr><td>2<td>Bà Rịa – Vũng Tàu<td>1.989,5<td>1.148.313<td>1<td>5<td>Thành phố Bà Rịa</tr>"
        "<tr><td>3<td>Hà Nam<td>862,0<td>852.800<td>1<td>4<td>Thành phố Phủ Lý</tr></table>",
        (("S", "Diện tích", "Area", "km2"), ("P", "Dân số trung bình", "Population", "người")),
        {
            "An Giang": (3536.7, 1908352),
            "Bà Rịa - Vũng Tàu": (1989.5, 1148313),
            "Hà Nam": (862.0, 852800),
        },
        kind="html",
    ),
)


def write(case: Case, folder: Path) -> Path:
    """A case as a file of its kind."""
    path = folder / f"bang.{case.kind.rstrip('|')}"
    if case.kind != "xlsx":
        text = case.text.replace("|", ",") if case.kind == "csv|" else case.text
        path.write_text(text, encoding="utf-8")
        return path
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, text in re.findall(r"(?:^## (.*)\n)?((?:(?!## ).*\n?)+)", case.text, re.MULTILINE):
        sheet = book.create_sheet(name or "Sheet1")
        for line in text.strip("\n").split("\n"):
            cells = [c.replace("~", "\xa0").replace("\\n", "\n") for c in line.split("|")]
            sheet.append([float(c) if re.fullmatch(r"\d+(\.\d+)?", c) else c or None for c in cells])
    book.save(path)
    return path


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Case], tuple[dict[tuple[str, str], float], list[pk.Problem]]]:
    """Write a case as a file, and read it."""

    def reader(case: Case) -> tuple[dict[tuple[str, str], float], list[pk.Problem]]:
        contents = read_contents(write(case, tmp_path), framework=tree(*case.indicators), year=case.year)
        return {at: kept.value for at, kept in contents.collected.cells.items()}, contents.problems

    return reader


KNOWN = pytest.mark.xfail(strict=False, reason="known: the readers do not master it yet")


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=[KNOWN] if c.known else [], id=c.name) for c in (*CASES, *BOOKS)]
)
def test_real_layouts(case, read):
    """Read as an eye reads it, or asked at the names that are none; a table that asks for more says so."""
    values, problems = read(case)
    errors = [p for p in problems if p.severity == "error"]
    if case.asked:
        said = {str(p.value) for p in problems if p.cell}
        assert errors
        assert set(case.asked) <= said, said
        return
    if case.may_ask and errors:
        assert all(p.cell for p in errors)
        return
    assert not errors, [p.sentence("en") for p in errors[:4]]
    if case.said is not None:
        assert {p.key.rpartition(".")[2] for p in problems} == set(case.said)
    codes = [c for c, *_ in case.indicators]
    seen = {u: tuple(None if (v := values[u, c]) != v else v for c in codes) for u, _ in values}
    assert seen == case.figures


def test_agency_files_with_headings_over_several_rows(tmp_path):
    """A mapping names a column by the whole of its heading, or by its part in one language."""
    book = next(c for c in BOOKS if c.name.startswith("budget of 2017"))
    other = next(c for c in BOOKS if c.name.startswith("budget of 2011"))
    write(book, tmp_path).rename(tmp_path / "thu.xlsx")
    write(other, tmp_path).rename(tmp_path / "chi.xlsx")
    mapping = tmp_path / "ghep.csv"
    mapping.write_text(
        "mã;tệp;cột\nR;thu.xlsx;Tổng thu NSNN trên địa bàn\nE;chi.xlsx;Total local budget balancing expenditures\n",
        encoding="utf-8",
    )
    wanted = (("R", "Thu", "", "tỷ đồng"), ("E", "Chi", "", "triệu đồng"))
    data = pk.read_agency_files(mapping, framework=tree(*wanted), units=63)
    assert data.values.loc["Hà Giang"].to_list() == [1870.5, 3864519]
    assert data.values.loc["Cà Mau", "R"] == 4237
