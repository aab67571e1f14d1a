"""Small copies of the layouts of public tables, with figures of our own: provinces and figures as an eye reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

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


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Case], tuple[dict[tuple[str, str], float], list[pk.Problem]]]:
    """Write a case as a file, and read it."""

    def reader(case: Case) -> tuple[dict[tuple[str, str], float], list[pk.Problem]]:
        path = tmp_path / "bang.csv"
        path.write_text(case.text, encoding="utf-8")
        contents = read_contents(path, framework=tree(*case.indicators), year=case.year)
        return {at: kept.value for at, kept in contents.collected.cells.items()}, contents.problems

    return reader


KNOWN = pytest.mark.xfail(strict=False, reason="known: the readers do not master it yet")


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=[KNOWN] if c.known else [], id=c.name) for c in CASES]
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
    codes = [c for c, *_ in case.indicators]
    seen = {u: tuple(None if (v := values[u, c]) != v else v for c in codes) for u, _ in values}
    assert seen == case.figures
